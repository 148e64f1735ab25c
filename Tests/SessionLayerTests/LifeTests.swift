import Primitives
import Testing

@testable import SessionLayer

/// Beginnings and ends of sessions, and the times between.
@Suite struct LifeTests {
    @Test("nobody at the other end: said within two seconds, with the server's reason")
    func nobody() {
        var both = SimulatedChannel()
        both.refusal = SessionFailure(.nobodyThere, "refused")
        both.advance(by: .seconds(2))
        #expect(both.ending??.code == .nobodyThere)
    }

    @Test("no channel: said within two seconds")
    func noChannel() {
        var both = SimulatedChannel()
        both.refusal = SessionFailure(.noChannel, "no socket")
        both.advance(by: .seconds(2))
        #expect(both.ending??.code == .noChannel)
    }

    @Test("a client that comes back within the grace period finds its session; the page hears of the break and nothing else")
    func grace() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(1))
        both.refusal = SessionFailure(.channelRefused, "no client")
        both.cut()
        both.advance(by: .seconds(100))
        both.engineSends([1, 2, 3])
        both.refusal = nil
        both.advance(by: .seconds(5))
        #expect(both.relayEvents == ["connected", "disconnected", "resumed"])
        #expect(both.engineEvents == ["opened", "suspended", "resumed"])
        #expect(both.atRelay == [[1, 2, 3]])
    }

    @Test("after the grace period the engine ends the session, and the relay says why")
    func graceOver() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(1))
        both.refusal = SessionFailure(.channelRefused, "no client")
        both.cut()
        both.advance(by: .seconds(119))
        #expect(both.engineEvents == ["opened", "suspended"])
        both.advance(by: .seconds(2))
        #expect(both.engineEvents.last == "ended 1205")
        both.advance(by: .seconds(5))
        #expect(both.ending??.code == .graceOver)
        #expect(both.engine.sessionCount == 0)
    }

    @Test("an engine started anew does not know the session: the relay says so")
    func otherEngine() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(1))
        both.engine = EngineEnd(random: RandomSource(seed: 2))
        both.cut()
        both.advance(by: .seconds(1))
        #expect(both.ending??.code == .sessionUnknown)
    }

    @Test("a wrong token opens nobody's session, and does not disturb it")
    func wrongToken() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(1))
        guard let session = both.session else {
            Issue.record("no session")
            return
        }
        let thief = EngineEnd.ChannelID(1000)
        both.engine.handle(.channelOpened(thief), at: both.now)
        let open = ChannelFrame.open(slot: 1, id: session, token: .none, received: 0, limit: 1 << 20, desktop: "thief")
        both.engine.handle(.received(thief, open.bytes), at: both.now)
        var answer: ChannelFrame?
        for output in both.engine.drain(at: both.now) {
            if case .transmit(thief, let bytes) = output { answer = try? ChannelFrame.parse(Array(bytes.dropFirst(4))) }
        }
        guard case .refused(slot: 1, let failure)? = answer else {
            Issue.record("not refused: \(String(describing: answer))")
            return
        }
        #expect(failure.code == .sessionUnknown && both.engine.isAttached(session))
    }

    @Test("a server that swallows everything is noticed in three seconds, and the session goes on over a new channel")
    func blackHole() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(1))
        both.isBlackHole = true
        both.cut()
        both.relaySends([2])
        both.advance(by: .milliseconds(3200))
        #expect(both.relayEvents == ["connected", "disconnected", "resumed"])
        #expect(both.atEngine == [[1], [2]])
    }

    @Test("two browsers share a channel: each has its own session")
    func sharedChannel() {
        var engine = EngineEnd(random: RandomSource(seed: 3))
        let now = Instant(nanoseconds: 1_000_000_000)
        let channel = EngineEnd.ChannelID(1)
        engine.handle(.channelOpened(channel), at: now)
        for slot in UInt16(1)...2 {
            let open = ChannelFrame.open(slot: slot, id: .none, token: .none, received: 0, limit: 1 << 20, desktop: "")
            let data = ChannelFrame.data(slot: slot, offset: 0, received: 0, limit: 1 << 20, bytes: [0, 0, 0, 1, UInt8(slot)])
            engine.handle(.received(channel, open.bytes + data.bytes), at: now)
        }
        var delivered: [SessionID: [UInt8]] = [:]
        for output in engine.drain(at: now) {
            if case .deliver(let id, let message) = output { delivered[id] = message }
        }
        #expect(Set(delivered.values) == [[1], [2]] && delivered.count == 2)
        engine.handle(.channelClosed(channel), at: now)
        #expect(engine.attachedCount == 0 && engine.sessionCount == 2)
    }

    @Test("a browser that reads nothing costs a window of memory, no more, and loses nothing")
    func backPressure() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .milliseconds(10))
        both.relay.isReading = false
        let message = [UInt8](repeating: 9, count: 100_000)
        for _ in 0..<30 { both.engineSends(message) }
        both.advance(by: .seconds(10))
        #expect(both.atRelay.isEmpty)
        #expect((both.session.flatMap { both.engine.waiting(of: $0) } ?? 0) >= 30 * 100_004 - ResumableStream.window)
        both.relay.isReading = true
        both.relay.handle(.timeout, at: both.now)
        both.advance(by: .seconds(1))
        #expect(both.atRelay == Array(repeating: message, count: 30))
    }

    @Test("an idle session costs less than a hundred bytes a second")
    func idleTraffic() {
        var both = SimulatedChannel()
        both.relaySends([1])
        both.advance(by: .seconds(2))
        let before = both.bytesCarried
        both.advance(by: .seconds(60))
        #expect((both.bytesCarried - before) / 60 < 100)
    }

    @Test("goodbye ends the session at both ends, after its last words")
    func goodbye() {
        var both = SimulatedChannel()
        both.advance(by: .seconds(1))
        both.relaySends([1])
        both.relay.handle(.finished, at: both.now)
        both.settle()
        #expect(both.atEngine == [[1]] && both.engineEvents.last == "ended clean")
        #expect(both.ending == .some(nil))
    }
}
