import Primitives
import Testing

@testable import Playout

@Suite struct DelayEstimatorTests {
    private let estimator = DelayEstimator()
    private var random = RandomSource(seed: 5)

    private mutating func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }

    /// Packets of 20 ms, in the order of their arrival; `delay` is in milliseconds, `nil` where one is lost.
    private mutating func packets(_ range: Range<Int>, partsPerMillion: Double = 0, delay: (Int, Double) -> Double?) {
        var arrivals: [(arrival: Double, index: Int)] = []
        for index in range {
            guard let late = delay(index, uniform()) else { continue }
            arrivals.append((Double(index) * 20 * (1 + partsPerMillion / 1e6) + late, index))
        }
        for (arrival, index) in arrivals.sorted(by: { $0.arrival < $1.arrival }) {
            estimator.insert(arrival: Instant(nanoseconds: Int64(arrival * 1e6)), start: Int64(index) * 960)
        }
    }

    @Test("On a network that keeps time the wait goes down to the least")
    mutating func steady() {
        #expect(estimator.target > DelayEstimator.least, "one that nobody knows is not trusted")
        packets(0..<200) { _, _ in 50 }
        #expect(estimator.target == DelayEstimator.least)
    }

    @Test("The wait covers the jitter there is, and not much more", arguments: [30.0, 60, 100])
    mutating func jitter(width: Double) {
        packets(0..<1_000) { _, chance in 50 + 2 * width * chance }
        #expect(estimator.target > 1.5 * width)
        #expect(estimator.target <= 2 * width + 5)
    }

    @Test("Jitter that is over is forgotten within some ten seconds, and one that begins is known within two")
    mutating func following() {
        packets(0..<500) { _, _ in 50 }
        packets(500..<600) { _, chance in 50 + 80 * chance }
        #expect(estimator.target > 60)
        packets(600..<1_100) { _, _ in 50 }
        #expect(estimator.target < 30)
    }

    @Test("One straggler in two hundred is let go, one in ten is waited for")
    mutating func stragglers() {
        packets(0..<1_000) { index, _ in index % 200 == 0 ? 350 : 50 }
        #expect(estimator.target == DelayEstimator.least)
        packets(1_000..<2_000) { index, _ in index % 10 == 0 ? 150 : 50 }
        #expect(estimator.target >= 100 && estimator.target < 110)
    }

    @Test("A network that stands still for 150 ms every few seconds is waited for, and no longer when that is over; once alone it is let go")
    mutating func stops() {
        // All that was sent in the stop comes at its end.
        func stop(_ index: Int, from first: Int) -> Double { (first..<first + 8).contains(index) ? 50 + Double(first + 8 - index) * 20 : 50 }
        packets(0..<1_000) { index, _ in stop(index, from: 500) }
        #expect(estimator.target == DelayEstimator.least)
        packets(1_000..<1_800) { index, _ in stop(index, from: index / 200 * 200) }
        #expect(estimator.target >= 150 && estimator.target <= 170)
        packets(1_800..<3_000) { _, _ in 50 }
        #expect(estimator.target == DelayEstimator.least)
    }

    @Test("The base follows a sender's clock that drifts, either way, and the wait does not grow", arguments: [-200.0, 200])
    mutating func drift(partsPerMillion: Double) {
        var worst = 0.0
        for minute in 0..<60 {
            packets(minute * 3_000..<(minute + 1) * 3_000, partsPerMillion: partsPerMillion) { _, chance in 50 + 4 * chance }
            let last = (minute + 1) * 3_000 - 1
            let now = Instant(nanoseconds: Int64((Double(last) * 20 * (1 + partsPerMillion / 1e6) + 50) * 1e6))
            worst = max(worst, abs(estimator.delay(of: Int64(last) * 960, at: now) ?? .infinity))
        }
        // The drift of two seconds and the jitter.
        #expect(worst < 5)
        #expect(estimator.target == DelayEstimator.least)
    }

    @Test("A path that has become longer is the new base two seconds later; one that has become shorter is at once")
    mutating func pathChange() throws {
        packets(0..<500) { _, _ in 50 }
        let before = try #require(estimator.base)
        packets(500..<650) { _, _ in 130 }
        #expect(estimator.base == before + 80)
        packets(650..<900) { _, _ in 130 }
        #expect(estimator.target < 85)
        packets(900..<901) { _, _ in 20 }
        #expect(estimator.base == before - 30)
    }

    @Test("A packet that is known from the next one only counts as having come with that one")
    mutating func recovery() {
        packets(0..<1_000) { index, _ in index % 5 == 0 ? nil : 50 }
        let without = estimator.target
        for index in 1_000..<2_000 where index % 5 != 0 {
            let arrival = Instant(nanoseconds: Int64(index * 20 + 50) * 1_000_000)
            estimator.insert(arrival: arrival, start: Int64(index) * 960)
            if index % 5 == 1 { estimator.insert(arrival: arrival, start: Int64(index - 1) * 960, isRecovery: true) }
        }
        #expect(without == DelayEstimator.least)
        #expect(estimator.target >= 20 && estimator.target < 30)
    }

    @Test("After a new beginning the places mean something else, but how much packets jitter is still believed")
    mutating func rebase() {
        packets(0..<600) { _, chance in 50 + 80 * chance }
        let before = estimator.target
        estimator.rebase()
        #expect(estimator.base == nil)
        #expect(estimator.delay(of: 0, at: .zero) == nil)
        let arrival = Instant(nanoseconds: 20_000_000_000)
        estimator.insert(arrival: arrival, start: 1 << 50)
        #expect(abs(estimator.target - before) < 10)
        #expect(estimator.delay(of: 1 << 50, at: arrival) == 0)
    }
}
