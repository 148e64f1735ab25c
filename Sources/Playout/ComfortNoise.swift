/// The background of a voice: its loudness is learnt from the quietest moments, and noise of that loudness takes the place of what is made up
/// when that has faded away. After `init` nothing is allocated.
struct ComfortNoise {
    /// Louder is no background: −40 dBov.
    private static let loudest: Float = 1e-4
    /// Grows by 3 dB a second where nothing quieter is heard.
    private static let growth: Float = 1.007

    /// Mean square of the background.
    private(set) var level: Float = 1e-10
    private var hasHeard = false
    private var state: UInt32 = 0x9E37_79B9
    private var filtered: Float = 0

    /// Takes note of what was sent.
    mutating func listen(to samples: UnsafeBufferPointer<Float>) {
        var index = 0
        while index + 480 <= samples.count {
            var energy: Float = 0
            for offset in 0..<480 { energy += samples[index + offset] * samples[index + offset] }
            energy /= 480
            level = hasHeard ? min(level * Self.growth, max(energy, 1e-10)) : max(energy, 1e-10)
            level = min(level, Self.loudest)
            hasHeard = true
            index += 480
        }
    }

    /// The next sample of noise: white, softened by a first-order low-pass at about 1.3 kHz as rooms are.
    mutating func next() -> Float {
        // Xorshift (Marsaglia, 2003).
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        let white = Float(Int32(bitPattern: state)) / 2_147_483_648
        filtered += 0.16 * (white - filtered)
        // A uniform variable has a third of its square as variance, the filter leaves 0.16 / 1.84 of it.
        return filtered * (level * 3 * 1.84 / 0.16).squareRoot()
    }
}
