import CALSA

/// How a device encodes samples, of those that we speak; native byte order.
enum SampleEncoding: Sendable, Hashable, CaseIterable {
    // In the order of preference.
    case float32
    case signed32
    case signed16

    var format: snd_pcm_format_t {
        switch self {
        case .float32: SND_PCM_FORMAT_FLOAT
        case .signed32: SND_PCM_FORMAT_S32
        case .signed16: SND_PCM_FORMAT_S16
        }
    }

    var byteCount: Int {
        switch self {
        case .float32, .signed32: 4
        case .signed16: 2
        }
    }

    var bits: Int { byteCount * 8 }

    /// One channel out of interleaved frames: the mean of all channels.
    func decode(_ source: UnsafeRawPointer, frames: Int, channels: Int, into target: UnsafeMutablePointer<Float>) {
        let share = 1 / Float(channels)
        switch self {
        case .float32:
            let samples = source.assumingMemoryBound(to: Float.self)
            for frame in 0..<frames {
                var sum: Float = 0
                for channel in 0..<channels { sum += samples[frame * channels + channel] }
                let sample = sum * share
                target[frame] = sample.isFinite ? sample : 0
            }
        case .signed32:
            let samples = source.assumingMemoryBound(to: Int32.self)
            for frame in 0..<frames {
                var sum: Float = 0
                for channel in 0..<channels { sum += Float(samples[frame * channels + channel]) }
                target[frame] = sum * share / 2_147_483_648
            }
        case .signed16:
            let samples = source.assumingMemoryBound(to: Int16.self)
            for frame in 0..<frames {
                var sum: Float = 0
                for channel in 0..<channels { sum += Float(samples[frame * channels + channel]) }
                target[frame] = sum * share / 32_768
            }
        }
    }

    /// The same sample on every channel of interleaved frames; what exceeds full scale is clipped.
    func encode(_ source: UnsafePointer<Float>, frames: Int, channels: Int, into target: UnsafeMutableRawPointer) {
        switch self {
        case .float32:
            let samples = target.assumingMemoryBound(to: Float.self)
            for frame in 0..<frames {
                for channel in 0..<channels { samples[frame * channels + channel] = source[frame] }
            }
        case .signed32:
            let samples = target.assumingMemoryBound(to: Int32.self)
            for frame in 0..<frames {
                // The largest Float below 2^31 is 128 less.
                let sample = Int32(max(-2_147_483_648, min(2_147_483_520, source[frame] * 2_147_483_648)))
                for channel in 0..<channels { samples[frame * channels + channel] = sample }
            }
        case .signed16:
            let samples = target.assumingMemoryBound(to: Int16.self)
            for frame in 0..<frames {
                let sample = Int16(max(-32_768, min(32_767, (source[frame] * 32_768).rounded())))
                for channel in 0..<channels { samples[frame * channels + channel] = sample }
            }
        }
    }
}
