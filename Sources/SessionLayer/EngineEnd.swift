import Primitives

/// The engine's end of all sessions: gives them out, keeps each through the loss of its channel for its lease, and takes it up again for
/// whoever shows its token.
///
/// A machine without IO. What comes over a channel is not trusted: it reaches no session but by its token, and has its share of memory.
package struct EngineEnd: Sendable {
    /// A channel, numbered by the machine's owner and never reused.
    package struct ChannelID: Sendable, Hashable, Comparable {
        package let number: Int
        package init(_ number: Int) { self.number = number }
        package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    }

    package enum Input: Sendable {
        case channelOpened(ChannelID)
        case channelClosed(ChannelID)
        case received(ChannelID, [UInt8])
        /// The engine's next message of a session.
        case message(SessionID, [UInt8])
        /// The engine is done with a session.
        case finish(SessionID, SessionFailure?)
        case timeout
    }

    package enum Output: Sendable {
        case transmit(ChannelID, [UInt8])
        case closeChannel(ChannelID)
        case opened(SessionID, desktop: String)
        case deliver(SessionID, [UInt8])
        /// The session has no channel; it lasts for its lease.
        case suspended(SessionID)
        case resumed(SessionID)
        /// Its last word; `nil` where the relay was done with it.
        case ended(SessionID, SessionFailure?)
        case wait(until: Instant?)
    }

    private struct Channel: Sendable {
        var decoder = ChannelFrameDecoder()
        var slots: [UInt16: SessionID] = [:]
        var lastHeard: Instant
    }

    private struct Attachment: Sendable {
        var channel: ChannelID
        var slot: UInt16
    }

    private struct Session: Sendable {
        let token: SessionToken
        var stream: ResumableStream
        var attachment: Attachment?
        /// When it ends, while it has no channel.
        var deadline: Instant?
        var acknowledgeAt: Instant?
    }

    /// More than browsers of one person's desktops.
    package static let sessionLimit = 32
    package static let channelLimit = 64

    private let timing: SessionTiming
    private let longestMessage: Int
    private var random: RandomSource
    private var channels: [ChannelID: Channel] = [:]
    private var sessions: [SessionID: Session] = [:]
    private var outputs: [Output] = []
    private var outputHead = 0
    /// Sessions that may have something to send, deliver or acknowledge.
    private var busy: Set<SessionID> = []
    /// Those that have said so much that the engine must not read on; set by the owner.
    private var paused: Set<SessionID> = []

    /// - Parameter longestMessage: bytes that a message of a browser may have.
    package init(timing: SessionTiming = SessionTiming(), longestMessage: Int = 64 << 20, random: RandomSource) {
        self.timing = timing
        self.longestMessage = longestMessage
        self.random = random
    }

    package var sessionCount: Int { sessions.count }
    /// Sessions that have a channel now.
    package var attachedCount: Int { sessions.values.reduce(0) { $0 + ($1.attachment == nil ? 0 : 1) } }

    /// Bytes that the relay of a session has not acknowledged; `nil` where there is no such session.
    package func waiting(of id: SessionID) -> Int? { sessions[id]?.stream.waiting }
    package func isAttached(_ id: SessionID) -> Bool { sessions[id]?.attachment != nil }

    /// The session that a channel carries; relays have one each.
    package func session(on channel: ChannelID) -> SessionID? { channels[channel]?.slots.values.first }

    package mutating func setReading(_ id: SessionID, _ isReading: Bool) {
        if isReading { paused.remove(id) } else { paused.insert(id) }
        busy.insert(id)
    }

    package mutating func handle(_ input: Input, at now: Instant) {
        switch input {
        case .channelOpened(let channel):
            guard channels.count < Self.channelLimit else { return outputs.append(.closeChannel(channel)) }
            channels[channel] = Channel(lastHeard: now)
        case .channelClosed(let channel): drop(channel, at: now)
        case .received(let channel, let bytes):
            guard channels[channel] != nil else { return }
            channels[channel]?.lastHeard = now
            channels[channel]?.decoder.append(bytes)
            readFrames(of: channel, at: now)
        case .message(let id, let message):
            guard let index = sessions.index(forKey: id) else { return }
            if sessions.values[index].stream.send(message) {
                busy.insert(id)
            } else {
                end(id, SessionFailure(.overfull, "The browser takes no more messages."), tells: true)
            }
        case .finish(let id, let failure): end(id, failure, tells: true)
        case .timeout: break
        }
        advance(at: now)
    }

    package mutating func pollOutput(at now: Instant) -> Output {
        while true {
            if outputHead < outputs.count {
                let output = outputs[outputHead]
                outputHead += 1
                return output
            }
            outputs.removeAll(keepingCapacity: true)
            outputHead = 0
            guard let id = busy.first else { return .wait(until: deadline) }
            guard let output = work(on: id, at: now) else {
                busy.remove(id)
                continue
            }
            return output
        }
    }

    // MARK: Work

    /// The next thing to do for a session; `nil` where there is nothing.
    private mutating func work(on id: SessionID, at now: Instant) -> Output? {
        guard let index = sessions.index(forKey: id) else { return nil }
        if !paused.contains(id) {
            do throws(SessionFailure) {
                if let message = try sessions.values[index].stream.nextMessage() { return .deliver(id, message) }
            } catch {
                end(id, error, tells: true)
                return nil
            }
        }
        guard let attachment = sessions.values[index].attachment else { return nil }
        if let (offset, bytes) = sessions.values[index].stream.nextData() {
            let told = sessions.values[index].stream.acknowledgement()
            sessions.values[index].acknowledgeAt = nil
            let frame = ChannelFrame.data(slot: attachment.slot, offset: offset, received: told.received, limit: told.limit, bytes: bytes)
            return .transmit(attachment.channel, frame.bytes)
        }
        guard sessions.values[index].stream.owesAcknowledgement else { return nil }
        let due = sessions.values[index].acknowledgeAt ?? (now + timing.acknowledgement)
        sessions.values[index].acknowledgeAt = due
        guard now >= due || sessions.values[index].stream.owesUrgently else { return nil }
        sessions.values[index].acknowledgeAt = nil
        let told = sessions.values[index].stream.acknowledgement()
        return .transmit(
            attachment.channel, ChannelFrame.acknowledgement(slot: attachment.slot, received: told.received, limit: told.limit).bytes)
    }

    // MARK: Time

    private var deadline: Instant? {
        let ends = sessions.values.compactMap { [$0.deadline, $0.acknowledgeAt].compactMap { $0 }.min() }
        return (ends + channels.values.map { $0.lastHeard + timing.abandonment }).min()
    }

    private mutating func advance(at now: Instant) {
        for (channel, state) in channels where now >= state.lastHeard + timing.abandonment {
            outputs.append(.closeChannel(channel))
            drop(channel, at: now)
        }
        for (id, session) in sessions {
            if let deadline = session.deadline, now >= deadline {
                end(id, SessionFailure(.graceOver, "The remote desktop's client was away for too long."), tells: false)
            } else if let due = session.acknowledgeAt, now >= due {
                busy.insert(id)
            }
        }
    }

    private mutating func drop(_ channel: ChannelID, at now: Instant) {
        guard let state = channels.removeValue(forKey: channel) else { return }
        for id in state.slots.values { detach(id, at: now) }
    }

    private mutating func detach(_ id: SessionID, at now: Instant) {
        guard let index = sessions.index(forKey: id), sessions.values[index].attachment != nil else { return }
        sessions.values[index].attachment = nil
        sessions.values[index].acknowledgeAt = nil
        // Nothing has been said yet: most likely our answer was lost, and a new session is on its way.
        let isUntouched = sessions.values[index].stream.received == 0
        sessions.values[index].deadline = now + (isUntouched ? min(timing.untouched, timing.lease) : timing.lease)
        outputs.append(.suspended(id))
    }

    // MARK: Frames

    private mutating func readFrames(of channel: ChannelID, at now: Instant) {
        do throws(SessionFailure) {
            while let frame = try channels[channel]?.decoder.next() { try receive(frame, on: channel, at: now) }
        } catch {
            outputs.append(.transmit(channel, ChannelFrame.refused(slot: 0, error).bytes))
            outputs.append(.closeChannel(channel))
            // Its sessions live on for a channel that keeps the rules.
            drop(channel, at: now)
        }
    }

    private mutating func receive(_ frame: ChannelFrame, on channel: ChannelID, at now: Instant) throws(SessionFailure) {
        switch frame {
        case .open(let slot, let id, let token, let received, let limit, let desktop):
            guard channels[channel]?.slots[slot] == nil, slot > 0 else { throw SessionFailure(.violation, "a slot that is in use") }
            if id == .none {
                open(slot, on: channel, limit: limit, desktop: desktop)
            } else {
                try resume(id, token, received, limit, on: channel, slot, at: now)
            }
        case .data(let slot, let offset, let received, let limit, let bytes):
            guard let id = channels[channel]?.slots[slot] else { return }
            try update(id) { stream throws(SessionFailure) in
                try stream.acknowledge(received, limit: limit)
                try stream.receive(bytes, at: offset)
            }
        case .acknowledgement(let slot, let received, let limit):
            guard let id = channels[channel]?.slots[slot] else { return }
            try update(id) { stream throws(SessionFailure) in try stream.acknowledge(received, limit: limit) }
        case .close(let slot, let failure):
            guard let id = channels[channel]?.slots[slot] else { return }
            // What came whole before counts.
            while case .some(.some(let message)) = try? sessions[id]?.stream.nextMessage() { outputs.append(.deliver(id, message)) }
            end(id, failure, tells: false)
        case .ping(let number): outputs.append(.transmit(channel, ChannelFrame.pong(number).bytes))
        case .pong: break
        case .opened, .refused: throw SessionFailure(.violation, "a relay does not answer")
        }
    }

    private mutating func update(_ id: SessionID, _ change: (inout ResumableStream) throws(SessionFailure) -> Void) throws(SessionFailure) {
        guard let index = sessions.index(forKey: id) else { return }
        try change(&sessions.values[index].stream)
        busy.insert(id)
    }

    private mutating func open(_ slot: UInt16, on channel: ChannelID, limit: UInt64, desktop: String) {
        guard sessions.count < Self.sessionLimit else {
            let failure = SessionFailure(.engineUnavailable, "The engine has \(Self.sessionLimit) sessions already.")
            return outputs.append(.transmit(channel, ChannelFrame.refused(slot: slot, failure).bytes))
        }
        let id = SessionID(bytes: random.bytes(SessionID.length))
        let token = SessionToken(bytes: random.bytes(SessionToken.length))
        sessions[id] = Session(token: token, stream: ResumableStream(longestMessage: longestMessage))
        outputs.append(.opened(id, desktop: desktop))
        attach(id, to: channel, slot, received: 0, limit: limit, isResumed: false)
    }

    private mutating func resume(
        _ id: SessionID, _ token: SessionToken, _ received: UInt64, _ limit: UInt64, on channel: ChannelID, _ slot: UInt16, at now: Instant
    ) throws(SessionFailure) {
        // One answer for both, so that nobody learns which sessions there are.
        guard let session = sessions[id], session.token.matches(token) else {
            let failure = SessionFailure(.sessionUnknown, "The engine on this device does not know the session; its calls have ended.")
            return outputs.append(.transmit(channel, ChannelFrame.refused(slot: slot, failure).bytes))
        }
        // The channel it had is a black hole that nobody has noticed yet.
        if let old = session.attachment {
            channels[old.channel]?.slots[old.slot] = nil
            detach(id, at: now)
        }
        attach(id, to: channel, slot, received: received, limit: limit, isResumed: true)
        outputs.append(.resumed(id))
    }

    private mutating func attach(
        _ id: SessionID, to channel: ChannelID, _ slot: UInt16, received: UInt64, limit: UInt64, isResumed: Bool
    ) {
        guard let index = sessions.index(forKey: id) else { return }
        do throws(SessionFailure) {
            try sessions.values[index].stream.resume(from: received, limit: limit)
        } catch {
            outputs.append(.transmit(channel, ChannelFrame.refused(slot: slot, error).bytes))
            return end(id, error, tells: false)
        }
        sessions.values[index].attachment = Attachment(channel: channel, slot: slot)
        sessions.values[index].deadline = nil
        let told = sessions.values[index].stream.acknowledgement()
        let token = sessions.values[index].token
        channels[channel]?.slots[slot] = id
        busy.insert(id)
        let frame = ChannelFrame.opened(
            slot: slot, id: id, token: token, isResumed: isResumed, received: told.received, limit: told.limit,
            lease: UInt32(clamping: timing.lease.wholeMilliseconds))
        outputs.append(.transmit(channel, frame.bytes))
    }

    private mutating func end(_ id: SessionID, _ failure: SessionFailure?, tells: Bool) {
        guard var session = sessions.removeValue(forKey: id) else { return }
        busy.remove(id)
        paused.remove(id)
        if let attachment = session.attachment {
            if tells {
                // Its last words go out first, as far as the relay has room.
                while let (offset, bytes) = session.stream.nextData() {
                    let told = session.stream.acknowledgement()
                    outputs.append(
                        .transmit(
                            attachment.channel,
                            ChannelFrame.data(
                                slot: attachment.slot, offset: offset, received: told.received, limit: told.limit, bytes: bytes
                            ).bytes))
                }
                outputs.append(.transmit(attachment.channel, ChannelFrame.close(slot: attachment.slot, failure).bytes))
            }
            channels[attachment.channel]?.slots[attachment.slot] = nil
        }
        outputs.append(.ended(id, failure))
    }
}
