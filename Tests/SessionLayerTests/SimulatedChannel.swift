import Primitives

@testable import SessionLayer

/// A relay and an engine, joined by a channel that delivers whole, in pieces or not at all, in virtual time.
struct SimulatedChannel {
    var now = Instant(nanoseconds: 1_000_000_000)
    var relay: RelayEnd
    var engine: EngineEnd
    var timing: SessionTiming
    private var channel: EngineEnd.ChannelID?
    private var lastChannel = 0
    /// On their way.
    private var toEngine: [UInt8] = []
    private var toRelay: [UInt8] = []
    private var relayWakes: Instant?
    private var engineWakes: Instant?

    /// Bytes that both directions carry until the channel is cut; `nil` for no cut.
    var bytesUntilCut: Int?
    /// Whether the server keeps the relay's handle open after the cut, and drops what is written to it.
    var isBlackHole = false
    private var hole = false
    /// What an attempt to open meets; `nil` for success.
    var refusal: SessionFailure?

    private var unsaid: [[UInt8]] = []
    private(set) var openings = 0
    private(set) var bytesCarried = 0
    private(set) var session: SessionID?
    private(set) var atRelay: [[UInt8]] = []
    private(set) var atEngine: [[UInt8]] = []
    private(set) var relayEvents: [String] = []
    private(set) var engineEvents: [String] = []
    private(set) var ending: SessionFailure??

    init(timing: SessionTiming = SessionTiming(), seed: UInt64 = 1) {
        self.timing = timing
        relay = RelayEnd(desktop: "test", timing: timing, at: now)
        engine = EngineEnd(timing: timing, longestMessage: 1 << 20, random: RandomSource(seed: seed))
    }

    var isOpen: Bool { channel != nil }

    mutating func relaySends(_ message: [UInt8]) { relay.handle(.message(message), at: now) }

    /// An engine speaks when it has been spoken to.
    mutating func engineSends(_ message: [UInt8]) {
        if let session, !atEngine.isEmpty {
            engine.handle(.message(session, message), at: now)
        } else {
            unsaid.append(message)
        }
    }

    mutating func cut() {
        toEngine = []
        toRelay = []
        guard let channel else { return }
        self.channel = nil
        engine.handle(.channelClosed(channel), at: now)
        if isBlackHole { hole = true } else { relay.handle(.channelClosed, at: now) }
    }

    /// Lets everything happen that happens without time passing. `piece`: bytes that arrive together at most.
    mutating func settle(piece: Int = .max) {
        var isBusy = true
        while isBusy {
            isBusy = drainRelay()
            isBusy = drainEngine() || isBusy
            isBusy = carry(piece) || isBusy
        }
    }

    /// Lets time pass, waking both when they want.
    mutating func advance(by duration: Duration, piece: Int = .max) {
        let end = now + duration
        settle(piece: piece)
        while let next = [relayWakes, engineWakes].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            relay.handle(.timeout, at: now)
            engine.handle(.timeout, at: now)
            settle(piece: piece)
        }
        now = end
    }

    private mutating func drainRelay() -> Bool {
        var did = false
        while true {
            switch relay.pollOutput(at: now) {
            case .openChannel:
                openings += 1
                if let refusal {
                    relay.handle(.channelFailed(refusal), at: now)
                } else {
                    hole = false
                    lastChannel += 1
                    let opened = EngineEnd.ChannelID(lastChannel)
                    channel = opened
                    engine.handle(.channelOpened(opened), at: now)
                    relay.handle(.channelOpened, at: now)
                }
            case .closeChannel:
                // What was written before still arrives.
                if let channel, !hole { engine.handle(.received(channel, toEngine), at: now) }
                hole = false
                toEngine = []
                toRelay = []
                if let channel { engine.handle(.channelClosed(channel), at: now) }
                channel = nil
            case .transmit(let bytes): if !hole, channel != nil { toEngine += bytes }
            case .deliver(let message): atRelay.append(message)
            case .connected(let isResumed): relayEvents.append(isResumed ? "resumed" : "connected")
            case .disconnected: relayEvents.append("disconnected")
            case .ended(let failure): ending = .some(failure)
            case .wait(let until):
                relayWakes = until
                return did
            }
            did = true
        }
    }

    private mutating func drainEngine() -> Bool {
        var did = false
        while true {
            switch engine.pollOutput(at: now) {
            case .transmit(let id, let bytes): if id == channel { toRelay += bytes }
            case .closeChannel(let id):
                if id == channel {
                    channel = nil
                    toEngine = []
                    toRelay = []
                    relay.handle(.channelClosed, at: now)
                }
            case .opened(let id, _):
                session = id
                engineEvents.append("opened")
            case .deliver(let id, let message):
                guard id == session else { continue }
                atEngine.append(message)
                let waiting = unsaid
                unsaid = []
                for message in waiting { engineSends(message) }
            case .suspended: engineEvents.append("suspended")
            case .resumed: engineEvents.append("resumed")
            case .ended(_, let failure): engineEvents.append("ended \(failure.map { String($0.code.rawValue) } ?? "clean")")
            case .wait(let until):
                engineWakes = until
                return did
            }
            did = true
        }
    }

    private mutating func carry(_ piece: Int) -> Bool {
        guard let channel, !(toEngine.isEmpty && toRelay.isEmpty) else { return false }
        let forEngine = count(piece, toEngine)
        let sent = Array(toEngine.prefix(forEngine))
        toEngine.removeFirst(forEngine)
        if forEngine > 0 { engine.handle(.received(channel, sent), at: now) }
        guard self.channel == channel else { return true }
        let forRelay = count(piece, toRelay)
        let answered = Array(toRelay.prefix(forRelay))
        toRelay.removeFirst(forRelay)
        if forRelay > 0 { relay.handle(.received(answered), at: now) }
        if bytesUntilCut == 0 {
            bytesUntilCut = nil
            cut()
        }
        return true
    }

    /// How many bytes of the queue arrive now.
    private mutating func count(_ piece: Int, _ queue: [UInt8]) -> Int {
        let count = min(piece, queue.count, bytesUntilCut ?? .max)
        bytesCarried += count
        if let left = bytesUntilCut { bytesUntilCut = left - count }
        return count
    }
}
