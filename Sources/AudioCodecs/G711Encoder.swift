/// G.711 of 48 kHz speech: brought down to 8 kHz and companded.
///
/// `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class G711Encoder: SpeechEncoder, @unchecked Sendable {
    package let codec: AudioCodec
    private let law: G711
    private let resampler = Resampler(inputRate: 48_000, outputRate: 8_000, quality: 5, skipsDelay: false)
    /// 120 ms at 8 kHz.
    private let narrow = UnsafeMutableBufferPointer<Float>.allocate(capacity: 960)

    package init(_ law: G711) {
        self.law = law
        codec = law == .muLaw ? .pcmu : .pcma
        narrow.initialize(repeating: 0)
    }

    deinit { narrow.deallocate() }

    package func encode(_ samples: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let wanted = samples.count / 6
        guard wanted <= narrow.count, target.count >= wanted else { return 0 }
        let (_, produced) = resampler.process(samples, into: UnsafeMutableBufferPointer(rebasing: narrow[..<wanted]))
        for index in 0..<produced { target[index] = law.encode(Int16(clamping: Int((narrow[index] * 32_767).rounded()))) }
        // The ratio is whole, so that nothing is ever short; a library that thinks otherwise shall not leave old bytes behind.
        for index in produced..<wanted { target[index] = law.encode(0) }
        return wanted
    }

    package func adapt(bitrate: Int, expectedLoss: Double) {}
}
