import Primitives
import SpeechFixtures
import Testing

@testable import Playout

@Suite struct ComfortNoiseTests {
    private var noise = ComfortNoise()
    private var random = RandomSource(seed: 4)

    private mutating func listen(_ meanSquare: Float, seconds: Double) {
        for _ in 0..<Int(seconds * 100) {
            // Uniform in ±√3 times the root.
            let scale = (3 * meanSquare).squareRoot() / 2_147_483_648
            let samples = (0..<480).map { _ in Float(Int32(truncatingIfNeeded: random.next())) * scale }
            samples.withUnsafeBufferPointer { noise.listen(to: $0) }
        }
    }

    private mutating func made(_ count: Int) -> [Float] { (0..<count).map { _ in noise.next() } }

    @Test("The background's loudness is learnt from the moments between words and given back", arguments: [1e-7, 1e-6, 1e-5] as [Float])
    mutating func level(background: Float) {
        listen(background, seconds: 0.5)
        for _ in 0..<5 {
            listen(0.02, seconds: 0.8)
            listen(background, seconds: 0.2)
        }
        let ratio = Speech.meanSquare(made(48_000)) / background
        #expect(ratio > 0.5 && ratio < 1.5)
    }

    @Test("A voice without a pause is not taken for background: never louder than −40 dBov")
    mutating func bounded() {
        listen(0.1, seconds: 20)
        #expect(noise.level <= 1e-4)
        #expect(Speech.meanSquare(made(48_000)) < 1.3e-4)
    }

    @Test("A room that gets louder is followed within a few seconds, one that gets quieter at once")
    mutating func following() {
        listen(1e-7, seconds: 2)
        listen(1e-5, seconds: 8)
        #expect(noise.level > 5e-6)
        listen(1e-7, seconds: 0.1)
        #expect(noise.level < 2e-7)
    }

    @Test("Before anything was heard it is as good as silent")
    mutating func beginning() { #expect(made(4_800).allSatisfy { abs($0) < 1e-3 }) }
}
