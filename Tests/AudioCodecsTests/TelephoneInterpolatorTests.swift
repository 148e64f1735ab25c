import Glibc
import Testing

@testable import AudioCodecs

@Suite struct TelephoneInterpolatorTests {
    private static let rate = 8_000.0

    private func tone(_ frequency: Double, _ count: Int, at rate: Double = rate) -> [Float] {
        (0..<count).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / rate)) }
    }

    private func run(_ interpolator: TelephoneInterpolator, _ samples: [Float]) -> [Float] {
        [Float](unsafeUninitializedCapacity: samples.count * 6) { target, count in
            count = samples.withUnsafeBufferPointer { interpolator.process($0, into: target) }
        }
    }

    private func drain(_ interpolator: TelephoneInterpolator) -> [Float] {
        [Float](unsafeUninitializedCapacity: 240) { target, count in count = interpolator.drain(into: target) }
    }

    @Test("A tone of the telephone's band is itself, in time and loudness", arguments: [200.0, 1_000, 2_500, 3_400])
    func tones(frequency: Double) {
        let interpolator = TelephoneInterpolator(mostCount: 160)
        var heard: [Float] = []
        for packet in 0..<20 { heard += run(interpolator, Array(tone(frequency, 3_200)[packet * 160..<packet * 160 + 160])) }
        #expect(heard[..<48].allSatisfy { abs($0) < 0.01 })
        let exact = tone(frequency, heard.count - 144, at: 48_000)
        let error = zip(heard.dropFirst(144), exact).dropFirst(600).dropLast(600).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        // −34 dB.
        #expect(error < 0.01)
    }

    @Test("What is held comes out when nothing follows; nothing is lost by it or comes twice")
    func draining() {
        let interpolator = TelephoneInterpolator(mostCount: 160)
        let whole = tone(300, 480)
        var heard = run(interpolator, Array(whole[..<160]))
        #expect(heard.count == 960)
        heard = Array((heard + drain(interpolator)).dropFirst(144))
        #expect(heard.count == 960)
        #expect(drain(interpolator).isEmpty)
        // The packet in between is lost.
        let after = run(interpolator, Array(whole[320...]))
        #expect(after.count == (160 - 24) * 6)
        let exact = tone(300, 2_880, at: 48_000)
        #expect(zip(heard, exact).dropFirst(24).dropLast(24).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(zip(after, exact[1_920...]).dropFirst(24).allSatisfy { abs($0 - $1) < 0.02 })
    }

    @Test("Packets of any length give what is finite", arguments: [1, 2, 24, 47, 48, 49, 160])
    func lengths(count: Int) {
        let interpolator = TelephoneInterpolator(mostCount: 160)
        for _ in 0..<5 {
            let heard = run(interpolator, [Float](repeating: 0.25, count: count))
            #expect(heard.count == count * 6 || count > 48 && heard.count == (count - 24) * 6)
            #expect(heard.allSatisfy { $0.isFinite && abs($0) < 1 })
            #expect(drain(interpolator).allSatisfy { abs($0) < 1 })
        }
        #expect(run(interpolator, []).isEmpty)
    }
}
