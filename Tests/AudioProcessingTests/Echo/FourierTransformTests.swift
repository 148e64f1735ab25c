import Foundation
import Primitives
import Testing

@testable import AudioProcessing

@Suite struct FourierTransformTests {
    private func noise(_ count: Int) -> [Float] {
        var random = RandomSource(seed: 5)
        return (0..<count).map { _ in Float(Int32(truncatingIfNeeded: random.next())) / 2_147_483_648 }
    }

    @Test("Every bin is the sum that defines it, also where the size has a factor of three", arguments: [32, 96, 1024, 1536])
    func definition(size: Int) {
        let samples = noise(size)
        let spectrum = Spectrum(size: size)
        FourierTransform(size: size).forward(samples, into: spectrum)
        for bin in stride(from: 0, through: size / 2, by: max(1, size / 64)) {
            var real = 0.0, imaginary = 0.0
            for index in 0..<size {
                let angle = -2 * Double.pi * Double(bin * index % size) / Double(size)
                real += Double(samples[index]) * cos(angle)
                imaginary += Double(samples[index]) * sin(angle)
            }
            let difference = max(abs(Double(spectrum.real.floats[bin]) - real), abs(Double(spectrum.imaginary.floats[bin]) - imaginary))
            #expect(difference < 1e-3)
        }
    }

    @Test("What goes forward comes back", arguments: [32, 1024, EchoPathFilter.blockSize])
    func roundTrip(size: Int) {
        let samples = noise(size)
        let transform = FourierTransform(size: size)
        let spectrum = Spectrum(size: size)
        var back = [Float](repeating: 0, count: size)
        transform.forward(samples, into: spectrum)
        transform.inverse(spectrum, into: &back)
        let worst = zip(samples, back).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-5)
    }
}
