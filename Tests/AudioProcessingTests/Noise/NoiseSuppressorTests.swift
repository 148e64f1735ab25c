import Foundation
import Primitives
import Testing

@testable import AudioProcessing

/// The suppressor between analysis and synthesis, on white noise.
@Suite struct NoiseSuppressorTests {
    private let frames = SpectralFrames(transform: FourierTransform(size: SpectralFrames.blockSize))
    private let suppressor = NoiseSuppressor()
    private var emphasis = Emphasis()
    private var random = RandomSource(seed: 11)

    /// Decibels by which the last second of `seconds` of noise is louder than it was.
    private mutating func change(level: Float, seconds: Int, hasEcho: Bool = false) -> Float {
        let power = LaneBuffer(SpectralFrames.binCount), echo = LaneBuffer(SpectralFrames.binCount)
        let samples = LaneBuffer(480), emphasised = LaneBuffer(480)
        var before: Float = 0, after: Float = 0
        for frame in 0..<100 * seconds {
            for index in 0..<480 {
                samples.floats[index] = Float(3.0.squareRoot() * (Double(random.next() >> 40) / Double(1 << 23) - 1)) * pow(10, level / 20)
            }
            emphasis.apply(samples.floats, into: emphasised.floats)
            frames.analyse(emphasised.floats)
            frames.spectrum.power(into: power)
            if hasEcho { echo.copy(from: power) }
            suppressor.follow(power, echo: echo)
            suppressor.apply(to: frames.spectrum)
            frames.synthesise()
            guard frame >= 100 * (seconds - 1) else { continue }
            for index in 0..<480 {
                before += emphasised.floats[index] * emphasised.floats[index]
                after += frames.output.floats[index] * frames.output.floats[index]
            }
        }
        return 10 * log10(after / before)
    }

    @Test("Noise goes down by 12 dB and more within a second", arguments: [-50, -40, -20] as [Float])
    func depth(level: Float) {
        var suite = self
        #expect(suite.change(level: level, seconds: 1) < -12)
    }

    @Test("Noise that nobody hears is left alone")
    func quiet() {
        var suite = self
        #expect(abs(suite.change(level: -84, seconds: 2)) < 0.1)
    }

    @Test("Noise that becomes a thousand times stronger is followed within four seconds, and one that ends within one")
    func steps() {
        var suite = self
        _ = suite.change(level: -60, seconds: 2)
        #expect(suite.change(level: -30, seconds: 4) < -12)
        _ = suite.change(level: -84, seconds: 1)
        #expect(abs(suite.change(level: -84, seconds: 1)) < 0.5)
    }

    @Test("What is taken for an echo is not learnt as noise")
    func echo() {
        var suite = self
        _ = suite.change(level: -84, seconds: 1)
        #expect(abs(suite.change(level: -30, seconds: 5, hasEcho: true)) < 0.5)
    }

    @Test("A looked-up function is right to within a step, and stays as it is beyond its ends")
    func lookUp() {
        let logarithm = LookUp(exponents: -3..<4) { log2($0) }
        for number in [0.13, 0.5, 1, 3.3, 15] as [Float] { #expect(abs(logarithm[number] - log2(number)) < 0.03) }
        #expect(abs(logarithm[0] + 3) < 0.03)
        #expect(abs(logarithm[1e9] - 4) < 0.03)
    }
}
