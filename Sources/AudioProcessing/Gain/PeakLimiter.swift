import AudioCore

/// Holds peaks below full scale, without delay: the gain goes down in a straight line over the millisecond before a peak, where that is in the same
/// frame, and comes back within a tenth of a second.
struct PeakLimiter {
    private var gain: Float = 1

    private static let blockSize = 48
    private static let blockCount = AudioFrame.sampleCount / blockSize
    /// −1 dBFS.
    private static let ceiling: Float = 0.891
    /// How much of its way back the gain goes in a block.
    private static let release: Float = 0.03

    /// 480 samples in place.
    mutating func process(_ samples: UnsafeMutablePointer<Float>) {
        var next = Self.allowed(samples)
        for block in 0..<Self.blockCount {
            let start = samples + block * Self.blockSize
            let own = next
            next = block + 1 < Self.blockCount ? Self.allowed(start + Self.blockSize) : 1
            let end = min(own, next, gain + Self.release * (1 - gain))
            guard gain < 1 || end < 1 else { continue }
            let step = (end - gain) / Float(Self.blockSize)
            for index in 0..<Self.blockSize {
                // In a frame's first block the peak may come before the gain is there.
                start[index] = max(-1, min(1, start[index] * (gain + step * Float(index + 1))))
            }
            gain = end
        }
    }

    /// The gain that keeps a block below the ceiling.
    private static func allowed(_ samples: UnsafePointer<Float>) -> Float {
        var peak: Float = 0
        for index in 0..<blockSize { peak = max(peak, abs(samples[index])) }
        return peak > ceiling ? ceiling / peak : 1
    }
}
