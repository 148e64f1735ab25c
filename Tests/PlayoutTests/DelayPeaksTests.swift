import Primitives
import Testing

@testable import Playout

@Suite struct DelayPeaksTests {
    /// Packets of 20 ms over so many seconds, in a network that stands still at the given times (seconds) for so many milliseconds; returns what is
    /// held at the end of each second.
    private func heights(seconds: Int, stops: [(at: Double, length: Double)]) -> [Double] {
        var peaks = DelayPeaks()
        var arrivals: [(arrival: Double, delay: Double)] = []
        for index in 0..<seconds * 50 {
            let sent = Double(index) * 20
            let stop = stops.first { sent >= $0.at * 1000 && sent < $0.at * 1000 + $0.length }
            let delay = stop.map { $0.at * 1000 + $0.length - sent } ?? 0
            arrivals.append((sent + delay, delay))
        }
        var result: [Double] = []
        for (arrival, delay) in arrivals {
            let now = Instant(nanoseconds: Int64(arrival * 1e6))
            peaks.insert(delay: delay, usual: 20, at: now)
            let height = peaks.held(at: now)
            if Int(arrival / 1000) >= result.count, result.count < seconds { result.append(height) }
        }
        return result
    }

    @Test("One stop is let go, however long it was", arguments: [80.0, 200, 400])
    func single(length: Double) {
        #expect(heights(seconds: 30, stops: [(10, length)]).allSatisfy { $0 == 0 })
    }

    @Test("Stops that come again are waited for, as long as has been needed twice")
    func recurring() {
        let held = heights(seconds: 20, stops: [(2, 120), (5, 180), (8, 150)])
        #expect(held[3] == 0)
        #expect(held[7] == 120)
        #expect(held[12] == 150)
    }

    @Test("They are let go when none has come for twice as long as lay between them")
    func lettingGo() {
        let held = heights(seconds: 30, stops: [(2, 150), (5, 150), (8, 150)])
        #expect(held[13] == 150)
        #expect(held[15] == 0)
    }

    @Test("A long stop among short ones does not make all wait for it")
    func longAmongShort() {
        #expect(heights(seconds: 20, stops: [(2, 100), (4, 380), (6, 100), (8, 120)])[10] == 120)
    }

    @Test("Stops that lie far apart have nothing to do with each other")
    func farApart() { #expect(heights(seconds: 60, stops: [(5, 200), (28, 200), (51, 200)]).allSatisfy { $0 == 0 }) }

    @Test("What is longer than anybody waits is not waited for, and what lasts is another path")
    func noPeaks() {
        #expect(heights(seconds: 20, stops: [(2, 450), (6, 450), (10, 450)]).allSatisfy { $0 == 0 })
        var peaks = DelayPeaks()
        for index in 0..<1_000 {
            let now = Instant(nanoseconds: Int64(index) * 20_000_000)
            peaks.insert(delay: index % 200 < 100 ? 100 : 0, usual: 20, at: now)
            let height = peaks.held(at: now)
            #expect(height == 0)
        }
    }
}
