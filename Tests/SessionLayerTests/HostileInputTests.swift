import Primitives
import Testing

@testable import SessionLayer

/// A remote session is not trusted: whatever comes over its channel, the engine goes on for everybody else.
@Suite struct HostileInputTests {
    private let now = Instant(nanoseconds: 1_000_000_000)
    private let channel = EngineEnd.ChannelID(1)

    private func opened() -> EngineEnd {
        var engine = EngineEnd(longestMessage: 1 << 20, random: RandomSource(seed: 5))
        engine.handle(.channelOpened(channel), at: now)
        let open = ChannelFrame.open(slot: 1, id: .none, token: .none, received: 0, limit: 1 << 20, desktop: "")
        engine.handle(.received(channel, open.bytes), at: now)
        _ = engine.drain(at: now)
        return engine
    }

    private func closes(_ frame: [UInt8]) -> Bool {
        var engine = opened()
        engine.handle(.received(channel, frame), at: now)
        return engine.drain(at: now).contains { if case .closeChannel(channel) = $0 { true } else { false } }
    }

    @Test("frames that break the rules close their channel")
    func violations() {
        #expect(closes([0xFF, 0xFF, 0xFF, 0xFF]))
        #expect(closes([0, 0, 0, 0]))
        #expect(closes([0, 0, 0, 3, 99, 0, 0]))
        #expect(closes(ChannelFrame.data(slot: 1, offset: 5, received: 0, limit: 0, bytes: [1]).bytes))
        #expect(closes(ChannelFrame.data(slot: 1, offset: .max, received: 0, limit: 0, bytes: [1]).bytes))
        #expect(closes(ChannelFrame.acknowledgement(slot: 1, received: 1 << 40, limit: 0).bytes))
        #expect(closes(ChannelFrame.open(slot: 1, id: .none, token: .none, received: 0, limit: 0, desktop: "").bytes))
        #expect(closes(ChannelFrame.opened(slot: 1, id: .none, token: .none, isResumed: true, received: 0, limit: 0, lease: 0).bytes))
    }

    @Test("frames for slots that nobody opened change nothing")
    func unknownSlots() {
        #expect(!closes(ChannelFrame.data(slot: 9, offset: 0, received: 0, limit: 0, bytes: [1]).bytes))
        #expect(!closes(ChannelFrame.close(slot: 9, nil).bytes))
    }

    @Test("an announced message that is too long ends its session, not the others")
    func longMessage() {
        var engine = opened()
        let second = ChannelFrame.open(slot: 2, id: .none, token: .none, received: 0, limit: 1 << 20, desktop: "")
        let data = ChannelFrame.data(slot: 1, offset: 0, received: 0, limit: 1 << 20, bytes: [0x7F, 0xFF, 0xFF, 0xFF, 1])
        engine.handle(.received(channel, second.bytes + data.bytes), at: now)
        let ended = engine.drain(at: now).compactMap { if case .ended(_, let failure) = $0 { failure } else { nil } }
        #expect(ended.map(\.code) == [.violation] && engine.sessionCount == 1)
    }

    @Test("sessions and channels are limited")
    func limits() {
        var engine = EngineEnd(random: RandomSource(seed: 6))
        for number in 1...1000 { engine.handle(.channelOpened(EngineEnd.ChannelID(number)), at: now) }
        let closed = engine.drain(at: now).filter { if case .closeChannel = $0 { true } else { false } }
        #expect(closed.count == 1000 - EngineEnd.channelLimit)
        for slot in UInt16(1)...100 {
            let open = ChannelFrame.open(slot: slot, id: .none, token: .none, received: 0, limit: 0, desktop: "")
            engine.handle(.received(channel, open.bytes), at: now)
        }
        #expect(engine.sessionCount == EngineEnd.sessionLimit)
    }

    @Test("random bytes never trap")
    func noise() {
        var random = RandomSource(seed: 7)
        for _ in 0..<20_000 {
            var engine = opened()
            var bytes = random.bytes(Int(random.next() % 64))
            // Half of them with a length that fits, so that they reach the parser.
            if bytes.count > 5, random.next() % 2 == 0 {
                bytes.replaceSubrange(0..<4, with: [0, 0, 0, UInt8(bytes.count - 4)])
                bytes[4] = UInt8(random.next() % 10)
            }
            engine.handle(.received(channel, bytes), at: now)
            _ = engine.drain(at: now)
        }
    }
}
