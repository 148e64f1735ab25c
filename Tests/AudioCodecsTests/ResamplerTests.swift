import Foundation
import Testing

@testable import AudioCodecs

@Suite struct ResamplerTests {
    private func sine(_ frequency: Double, rate: Int, count: Int) -> [Float] {
        (0..<count).map { Float(sin(2 * .pi * frequency * Double($0) / Double(rate))) * 0.5 }
    }

    private func run(_ resampler: Resampler, _ input: [Float], chunk: Int) -> [Float] {
        var heard: [Float] = []
        for start in stride(from: 0, to: input.count, by: chunk) {
            let end = min(start + chunk, input.count)
            var read = start
            while read < end {
                var output = [Float](repeating: .nan, count: 2_000)
                let (consumed, produced) = input[read..<end].withUnsafeBufferPointer { source in
                    output.withUnsafeMutableBufferPointer { resampler.process(source, into: $0) }
                }
                heard += output[..<produced]
                read += consumed
                if consumed == 0, produced == 0 { break }
            }
        }
        return heard
    }

    @Test("A tone keeps its pitch and loudness from any rate of a device to ours and back", arguments: [8_000, 16_000, 24_000, 32_000, 44_100, 96_000])
    func rates(rate: Int) {
        let tone = sine(1_000, rate: rate, count: rate)
        let ours = Resampler.resample(tone, from: rate, to: 48_000)
        #expect(ours.count == 48_000)
        let reference = sine(1_000, rate: 48_000, count: 48_000)
        let worst = zip(ours, reference).dropFirst(2_000).dropLast(2_000).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 0.005)
        let back = Resampler.resample(ours, from: 48_000, to: rate)
        #expect((zip(back, tone).dropFirst(2_000).dropLast(2_000).map { abs($0 - $1) }.max() ?? 1) < 0.01)
    }

    @Test("Without skipping, silence as long as the filter comes first and every call gives its full share; with it, the first samples are the input's")
    func delay() {
        let tone = sine(400, rate: 8_000, count: 1_600)
        let full = Resampler(inputRate: 8_000, outputRate: 48_000, skipsDelay: false)
        var output = [Float](repeating: .nan, count: 960)
        let first = tone[..<160].withUnsafeBufferPointer { source in output.withUnsafeMutableBufferPointer { full.process(source, into: $0) } }
        #expect(first == (160, 960))
        #expect(output[..<60].allSatisfy { abs($0) < 0.05 })
        let skipping = run(Resampler(inputRate: 8_000, outputRate: 48_000), tone, chunk: 160)
        let reference = sine(400, rate: 48_000, count: 9_600)
        #expect((zip(skipping, reference).dropFirst(600).map { abs($0 - $1) }.max() ?? 1) < 0.01)
        #expect(skipping.count < 9_600)
    }

    @Test("Drift makes as many fewer or more samples as it says", arguments: [-500.0, -200, -50, 50, 200, 500])
    func drift(partsPerMillion: Double) {
        let resampler = Resampler(inputRate: 48_000, outputRate: 48_000)
        resampler.setDrift(partsPerMillion: partsPerMillion)
        let seconds = 60
        let tone = sine(1_000, rate: 48_000, count: 48_000 * seconds)
        let heard = run(resampler, tone, chunk: 480)
        let wanted = Double(tone.count) * (1 - partsPerMillion / 1e6)
        // As exact as its documentation promises: 10 parts in a million and the filter's length.
        #expect(abs(Double(heard.count) - wanted) < Double(tone.count) * 11e-6 + 64)
    }

    @Test("Changing the drift all the time is not heard, and never writes beyond its memory")
    func steering() {
        let resampler = Resampler(inputRate: 48_000, outputRate: 44_100)
        resampler.prepareToDrift()
        let tone = sine(1_000, rate: 48_000, count: 48_000 * 10)
        var heard: [Float] = []
        for (step, start) in stride(from: 0, to: tone.count, by: 480).enumerated() {
            resampler.setDrift(partsPerMillion: 300 * sin(Double(step) / 40))
            heard += run(resampler, Array(tone[start..<start + 480]), chunk: 480)
        }
        // A step in a tone of this loudness and pitch is no greater than 2π · 1000 / 44100 · 0.5.
        let steepest = zip(heard.dropFirst(1_000), heard.dropFirst(1_001)).map { abs($0 - $1) }.max() ?? 1
        #expect(steepest < 0.0715)
        #expect(heard.allSatisfy { abs($0) < 0.51 })
    }

    @Test("Drift beyond what clocks do is bounded, also for the rates whose product is greatest")
    func bounded() {
        for (input, output) in [(192_000, 8_000), (8_000, 192_000), (48_000, 48_000), (44_100, 48_000)] {
            let resampler = Resampler(inputRate: input, outputRate: output)
            for drift in [1e9, -1e9, 0, 1, -1] {
                resampler.setDrift(partsPerMillion: drift)
                let heard = run(resampler, sine(300, rate: input, count: input / 2), chunk: input / 100)
                // Two parts in a thousand, and the filter's length.
                #expect(abs(Double(heard.count) - Double(output) / 2) < Double(output) * 0.5 * 0.003 + Double(output) / 100)
                #expect(heard.allSatisfy { abs($0) < 0.7 })
            }
        }
    }

    @Test("What is forgotten is not heard again")
    func reset() {
        let resampler = Resampler(inputRate: 8_000, outputRate: 48_000, skipsDelay: false)
        _ = run(resampler, sine(400, rate: 8_000, count: 800), chunk: 160)
        resampler.reset()
        let heard = run(resampler, [Float](repeating: 0, count: 800), chunk: 160)
        #expect(heard.allSatisfy { $0 == 0 })
    }
}
