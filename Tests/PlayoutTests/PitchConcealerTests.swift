import Primitives
import SpeechFixtures
import Testing

@testable import Playout

@Suite struct PitchConcealerTests {
    private func conceal(after past: [Float], count: Int, noise: ComfortNoise = ComfortNoise()) -> (made: [Float], period: Int?) {
        let concealer = PitchConcealer()
        var noise = noise
        past.withUnsafeBufferPointer { if let base = $0.baseAddress { concealer.begin(after: base + past.count) } }
        let period = concealer.period
        var made = [Float](repeating: .nan, count: count)
        made.withUnsafeMutableBufferPointer { concealer.conceal(into: $0, over: &noise) }
        return (made, period)
    }

    @Test("The voice goes on at its pitch and loudness for 20 ms, without a step", arguments: [90.0, 125, 210, 330])
    func voiced(frequency: Double) throws {
        let whole = Speech.voice(frequency, 4_000 + 960)
        let (made, period) = conceal(after: Array(whole[..<4_000]), count: 960)
        let periods = Double(try #require(period)) * frequency / 48_000
        #expect(abs(periods - periods.rounded()) < 0.03)
        #expect(Speech.likeness(whole[4_000...], Array(whole[..<4_000]) + made, lags: -0..<1).correlation > 0.95)
        let joined = Array(whole[3_990..<4_000]) + made
        let steepest = { (samples: [Float]) in zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max() ?? 0 }
        #expect(steepest(joined) < 1.2 * steepest(whole))
    }

    @Test("What is made up gets quieter from 20 ms on and is gone after 130 ms; the background comes in its place")
    func fading() {
        let (made, _) = conceal(after: Speech.voice(150, 4_000), count: 9_600)
        let energies = stride(from: 0, to: 9_600, by: 960).map { Speech.meanSquare(made[$0..<$0 + 960]) }
        for (earlier, later) in zip(energies.dropFirst(), energies.dropFirst(2)) where earlier > 1e-6 { #expect(later < earlier) }
        #expect(energies[7] < 1e-6)
        var noise = ComfortNoise()
        [Float](repeating: 0.005, count: 4_800).withUnsafeBufferPointer { noise.listen(to: $0) }
        let (over, _) = conceal(after: Speech.voice(150, 4_000), count: 9_600, noise: noise)
        let background = Speech.meanSquare(over[6_720...])
        #expect(background > 0.5 * 2.5e-5 && background < 2 * 2.5e-5)
    }

    @Test("Noise goes on as noise: no louder, no tone, no step")
    func unvoiced() {
        var random = RandomSource(seed: 9)
        let past = (0..<4_000).map { _ in Float(Int32(truncatingIfNeeded: random.next())) / 2_147_483_648 * 0.2 }
        let (made, period) = conceal(after: past, count: 1_920)
        #expect(period == nil)
        #expect(Speech.meanSquare(made[..<720]) < 1.3 * Speech.meanSquare(past))
        #expect(Speech.meanSquare(made[..<720]) > 0.5 * Speech.meanSquare(past))
        #expect(abs(made[0] - past[3_999]) < 0.02)
        #expect(Speech.likeness(made[0..<600], made, lags: 200..<1_200).correlation < 0.8, "the same piece is not heard again and again")
    }

    @Test("After silence there is silence")
    func silence() {
        let (made, _) = conceal(after: [Float](repeating: 0, count: 4_000), count: 4_800)
        #expect(made.allSatisfy { abs($0) < 1e-3 })
    }
}
