import Primitives
import RTP
import Testing

/// Numbers on the way out and in, and what both sides make of them.
@Suite struct TransportWideTests {
    private let start = Instant.zero + .seconds(100)

    private func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

    // MARK: Arrivals

    @Test("A fifth of a second after a packet all since are told, the missing too, and the next feedback goes on there")
    func told() throws {
        var arrivals = TransportArrivals()
        #expect(arrivals.wakeUp == nil)
        for (index, number) in [65_534, 65_535, 1, 2].enumerated() { arrivals.insert(TransportNumber(UInt16(number)), at: at(20 * index)) }
        let early = arrivals.poll(at: at(199))
        #expect(early == nil)
        let due = arrivals.poll(at: at(200))
        let first = try #require(due)
        #expect(first.first == 65_534 && first.count == 0 && first.steps.map { $0 != nil } == [true, true, false, true, true])
        let nothing = arrivals.poll(at: at(600))
        #expect(nothing == nil && arrivals.wakeUp == nil)
        arrivals.insert(TransportNumber(5), at: at(700))
        let next = arrivals.poll(at: at(900))
        let second = try #require(next)
        #expect(second.first == 3 && second.count == 1 && second.steps.map { $0 != nil } == [false, false, true])
    }

    @Test("What comes after it was told missing is told again with all behind it; what comes twice is not")
    func late() throws {
        var arrivals = TransportArrivals()
        for number: UInt16 in [10, 12] { arrivals.insert(TransportNumber(number), at: at(0)) }
        _ = arrivals.poll(at: at(200))
        arrivals.insert(TransportNumber(12), at: at(210))
        #expect(arrivals.wakeUp == nil)
        arrivals.insert(TransportNumber(11), at: at(220))
        let due = arrivals.poll(at: at(420))
        let feedback = try #require(due)
        #expect(feedback.first == 11 && feedback.steps.allSatisfy { $0 != nil } && feedback.steps.count == 2)
    }

    @Test("A sender that begins anew is followed, and memory stays small")
    func anew() {
        var arrivals = TransportArrivals()
        arrivals.insert(TransportNumber(100), at: at(0))
        arrivals.insert(TransportNumber(40_000), at: at(10))
        let first = arrivals.poll(at: at(200))
        #expect(first?.first == 40_000 && first?.steps.count == 1)
        for number in 0..<100_000 { arrivals.insert(TransportNumber(UInt16(truncatingIfNeeded: number)), at: at(300)) }
        let second = arrivals.poll(at: at(600))
        #expect(second?.steps.count == 512)
    }

    // MARK: Departures

    /// Sends packets, of which `isLost` says what becomes, with feedback for every ten; each feedback is kept back as `isFeedbackLost` says.
    private func send(
        _ count: Int, isFeedbackLost: (Int) -> Bool = { _ in false }, isLost: (Int) -> Bool
    ) -> TransportDepartures {
        var departures = TransportDepartures()
        var arrivals = TransportArrivals()
        for index in 0..<count {
            if !isLost(index) { arrivals.insert(departures.nextNumber, at: at(20 * index)) }
            departures.packetSent()
            if let feedback = arrivals.poll(at: at(20 * index)), !isFeedbackLost(index) { _ = departures.handle(feedback) }
        }
        return departures
    }

    @Test("Loss at random and loss in bursts are told apart, at the same rate")
    func patterns() {
        var random = RandomSource(seed: 3)
        let alone = send(100_000) { _ in Double.random(in: 0...1, using: &random) < 0.1 }.losses
        // Five of every fifty.
        let inBursts = send(100_000) { $0 % 50 >= 45 }.losses
        #expect(abs(alone.rate - 0.1) < 0.05 && alone.burstLength < 1.5)
        #expect(abs(inBursts.rate - 0.1) < 0.03 && abs(inBursts.burstLength - 5) < 0.3)
    }

    @Test("A clean path has no loss, and lost feedback is no lost packet")
    func clean() {
        #expect(send(1_000) { _ in false }.losses.rate == 0)
        #expect(send(1_000, isFeedbackLost: { $0 / 10 % 3 == 0 }, isLost: { _ in false }).losses.rate == 0)
    }

    @Test("Feedback about what was never sent, and old feedback again, change nothing")
    func invented() {
        var departures = TransportDepartures()
        for first: UInt16 in [0, 1, 32_768, 65_535] {
            let isSettled = departures.handle(TransportFeedback(first: first, count: 0, reference: 0, steps: Array(repeating: nil, count: 2_000)))
            #expect(!isSettled)
        }
        for _ in 0..<600 { departures.packetSent() }
        let all = TransportFeedback(first: 0, count: 0, reference: 0, steps: Array(repeating: 1, count: 2_000))
        let isSettled = departures.handle(all)
        #expect(isSettled)
        let missing = TransportFeedback(first: 0, count: 0, reference: 0, steps: Array(repeating: nil, count: 2_000))
        let isSettledAgain = departures.handle(missing)
        #expect(!isSettledAgain)
        #expect(departures.losses.rate == 0)
    }

    // MARK: The pattern

    @Test("Loss that begins is believed within three seconds, and forgotten within half a minute")
    func memory() {
        var losses = LossPattern()
        for _ in 0..<5_000 { losses.insert(isLost: false) }
        for index in 0..<150 { losses.insert(isLost: index % 10 == 0) }
        #expect(losses.rate > 0.06)
        for _ in 0..<1_500 { losses.insert(isLost: false) }
        #expect(losses.rate < 0.01)
    }

    @Test("One packet lost at the beginning is not a rate") func beginning() {
        var losses = LossPattern()
        losses.insert(isLost: true)
        #expect(losses.rate < 0.05 && losses.burstLength == 1)
    }

    @Test("Reports that only count tell the rate, and no bursts") func reports() {
        var losses = LossPattern()
        for _ in 0..<20 { losses.insert(lost: 10, of: 50) }
        #expect(abs(losses.rate - 0.2) < 0.01 && losses.burstLength == 1)
        losses.insert(lost: 1e9, of: 1e9)
        #expect(losses.rate <= 1)
    }
}
