import Primitives
import Testing

@testable import SessionLayer

/// What the session layer is for: whatever becomes of its channels, each message arrives once and in order.
@Suite struct SurvivalTests {
    private func message(_ number: Int, _ length: Int) -> [UInt8] {
        var bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
        for place in 0..<min(4, length) { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
        return bytes
    }

    /// A short conversation of both sides, with all lengths that matter: none, one byte, more than one frame.
    private func converse(cutAfter position: Int?, piece: Int, isBlackHole: Bool = false) -> SimulatedChannel {
        var both = SimulatedChannel()
        both.bytesUntilCut = position
        both.isBlackHole = isBlackHole
        both.relaySends(message(1, 40))
        both.advance(by: .milliseconds(50), piece: piece)
        both.relaySends([])
        both.engineSends(message(2, 1))
        both.engineSends(message(3, 30))
        both.advance(by: .seconds(2), piece: piece)
        both.relaySends(message(4, 25))
        both.engineSends(message(5, 17))
        both.advance(by: .seconds(20), piece: piece)
        return both
    }

    @Test("without a cut, everything arrives, in one session")
    func undisturbed() {
        let both = converse(cutAfter: nil, piece: .max)
        #expect(both.atEngine == [message(1, 40), [], message(4, 25)])
        #expect(both.atRelay == [message(2, 1), message(3, 30), message(5, 17)])
        #expect(both.relayEvents == ["connected"] && both.openings == 1)
    }

    @Test("the channel is lost at every byte position", arguments: [false, true])
    func everyPosition(isBlackHole: Bool) {
        let length = converse(cutAfter: nil, piece: 3).bytesCarried
        #expect(length > 500)
        for position in 0...length {
            let both = converse(cutAfter: position, piece: 3, isBlackHole: isBlackHole)
            #expect(both.atEngine == [message(1, 40), [], message(4, 25)], "cut after \(position) bytes")
            #expect(both.atRelay == [message(2, 1), message(3, 30), message(5, 17)], "cut after \(position) bytes")
            #expect(both.ending == nil, "cut after \(position) bytes")
        }
    }

    @Test("a million operations under random cuts: nothing lost, nothing twice")
    func randomCuts() {
        var random = RandomSource(seed: 20_260_101)
        var both = SimulatedChannel()
        both.relaySends(message(1, 20))
        both.advance(by: .milliseconds(10))
        var fromRelay = 1
        var fromEngine = 0
        var cuts = 0
        var checkedAtEngine = 0
        var checkedAtRelay = 0
        for _ in 0..<1_000_000 {
            switch random.next() % 64 {
            case 0..<26:
                fromRelay += 1
                both.relaySends(message(fromRelay, 4 + Int(random.next() % 24)))
            case 26..<52:
                fromEngine += 1
                both.engineSends(message(fromEngine, 4 + Int(random.next() % 24)))
            case 52..<60: both.settle(piece: 1 + Int(random.next() % 200))
            case 60..<63: both.advance(by: .milliseconds(Int(random.next() % 300)))
            default:
                guard random.next() % 8 == 0 else { continue }
                cuts += 1
                both.isBlackHole = random.next() % 4 == 0
                if random.next() % 2 == 0 { both.cut() } else { both.bytesUntilCut = Int(random.next() % 400) }
            }
            for received in both.atEngine[checkedAtEngine...] {
                checkedAtEngine += 1
                if received != message(checkedAtEngine, received.count) { Issue.record("message \(checkedAtEngine) to the engine is another") }
            }
            for received in both.atRelay[checkedAtRelay...] {
                checkedAtRelay += 1
                if received != message(checkedAtRelay, received.count) { Issue.record("message \(checkedAtRelay) to the relay is another") }
            }
        }
        both.bytesUntilCut = nil
        both.advance(by: .seconds(30))
        #expect(cuts > 1000)
        #expect(both.atEngine.count == fromRelay && both.atRelay.count == fromEngine)
        #expect(both.ending == nil && both.engineEvents.filter { $0 == "opened" }.count == 1)
        #expect(both.atEngine.indices.allSatisfy { both.atEngine[$0] == message($0 + 1, both.atEngine[$0].count) })
        #expect(both.atRelay.indices.allSatisfy { both.atRelay[$0] == message($0 + 1, both.atRelay[$0].count) })
    }

    @Test("messages of a megabyte survive cuts in their middle, both ways")
    func long() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .milliseconds(10))
        let text = message(7, 1 << 20)
        for cut in [100, 16 * 1024, 300_000, 900_000] {
            both.relaySends(text)
            both.engineSends(text)
            both.bytesUntilCut = cut
            both.advance(by: .seconds(5), piece: 32 * 1024)
        }
        #expect(both.atEngine == [[1]] + Array(repeating: text, count: 4) && both.atRelay == Array(repeating: text, count: 4))
    }
}
