import Glibc

/// Finds the pauses of a voice that is sent as G.711, and describes the background in them (RFC 3389).
///
/// 1. The background's energy is the least that packets had of late; it grows by 3 dB a second where nothing quieter comes, and is never
///    louder than −40 dBov.
/// 2. What is 6 dB above it, and above −70 dBov, is a voice. A pause begins 200 ms after the last of it, so that no word's end is cut, and ends
///    with the first packet that is a voice.
/// 3. In a pause the autocorrelation of the packets is averaged, from the last 200 ms before it on. The descriptor's level is its first value,
///    its reflection coefficients are those of the Levinson-Durbin recursion, of the eighth order.
/// 4. A descriptor is sent as the pause begins, and again each 200 ms.
///
/// What it looks at is what the other side would have heard: the bytes of G.711. `@unchecked Sendable`: used by one thread at a time, whoever owns
/// the object. After `init` nothing is allocated.
package final class SilenceEncoder: @unchecked Sendable {
    package enum Verdict: Equatable {
        case voice
        /// A descriptor of so many bytes was written.
        case descriptor(Int)
        /// The background is as it was: nothing is sent.
        case nothing
    }

    private static let order = 8
    private static let mostBytes = 960
    /// −40 and −70 dBov, as mean squares.
    private static let loudestBackground: Float = 1e-4
    private static let quietestVoice: Float = 1e-7
    /// 6 dB.
    private static let voiceRatio: Float = 4
    /// In samples of 8 kHz: 200 ms.
    private static let hangover = 1_600
    private static let descriptorInterval = 1_600
    /// Of what the autocorrelation was, after 200 ms.
    private static let memory: Float = 0.4

    private let law: G711
    private let samples = UnsafeMutableBufferPointer<Float>.allocate(capacity: mostBytes)
    private var background = loudestBackground
    /// Samples since the last that was a voice; the call begins as if somebody spoke.
    private var sinceVoice = 0
    private var sinceDescriptor = 0
    private var isPausing = false
    private var autocorrelation = SIMD16<Float>()

    package init(_ law: G711) {
        self.law = law
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }

    /// Judges a packet of G.711; in a pause the descriptor is written into `target`, where one is due.
    package func judge(_ packet: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>) -> Verdict {
        let count = min(packet.count, Self.mostBytes)
        guard count > 0 else { return .voice }
        for index in 0..<count { samples[index] = Float(law.decode(packet[index])) / 32_768 }
        let energy = correlation(0, count)
        let growth = 1 + 0.69 * Float(count) / 8_000
        background = min(background * growth, max(energy, Self.quietestVoice / Self.voiceRatio), Self.loudestBackground)
        if energy > max(background * Self.voiceRatio, Self.quietestVoice) {
            sinceVoice = 0
            isPausing = false
            autocorrelation = .zero
            return .voice
        }
        learn(count)
        sinceVoice += count
        guard sinceVoice > Self.hangover else { return .voice }
        sinceDescriptor += count
        guard !isPausing || sinceDescriptor >= Self.descriptorInterval else { return .nothing }
        isPausing = true
        sinceDescriptor = 0
        return .descriptor(descriptor.write(into: target))
    }

    private func correlation(_ lag: Int, _ count: Int) -> Float {
        var sum: Float = 0
        var index = lag
        while index < count {
            sum += samples[index] * samples[index - lag]
            index += 1
        }
        return sum / Float(count)
    }

    private func learn(_ count: Int) {
        let kept = autocorrelation[0] == 0 ? 0 : pow(Self.memory, Float(count) / 1_600)
        for lag in 0...Self.order { autocorrelation[lag] = kept * autocorrelation[lag] + (1 - kept) * correlation(lag, count) }
    }

    private var descriptor: SilenceDescriptor {
        let power = max(autocorrelation[0], 1e-13)
        var descriptor = SilenceDescriptor(level: UInt8(max(0, min(127, (-10 * log10(power)).rounded()))))
        // Levinson-Durbin; a little white noise keeps it stable where there is none.
        var predictor = SIMD16<Float>()
        var error = power * 1.0001 + 1e-12
        for order in 1...Self.order {
            var sum = autocorrelation[order]
            for index in 1..<order { sum += predictor[index] * autocorrelation[order - index] }
            let reflection = -sum / error
            guard abs(reflection) < 1 else { break }
            descriptor.append(reflection)
            let before = predictor
            predictor[order] = reflection
            for index in 1..<order { predictor[index] = before[index] + reflection * before[order - index] }
            error *= 1 - reflection * reflection
        }
        return descriptor
    }
}
