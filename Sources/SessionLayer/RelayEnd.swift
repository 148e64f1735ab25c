import Primitives

/// The relay's end of one session: wants a channel, keeps it honest by heartbeats, and finds it again when it is lost.
///
/// A machine without IO: inputs and the time go in, outputs come out until `.wait`. It has one owner.
package struct RelayEnd: Sendable {
    package enum Input: Sendable {
        /// The channel that was asked for is there.
        case channelOpened
        /// It could not be opened.
        case channelFailed(SessionFailure)
        /// The channel that was there has ended.
        case channelClosed
        case received([UInt8])
        /// The browser's next message.
        case message([UInt8])
        /// The browser has ended: so shall the session.
        case finished
        case timeout
    }

    package enum Output: Sendable {
        case openChannel
        /// The channel, or the attempt to open it, is of no use.
        case closeChannel
        case transmit([UInt8])
        /// A message for the browser.
        case deliver([UInt8])
        /// The session has a channel, for the first time or again.
        case connected(isResumed: Bool)
        /// It has none; the engine keeps the calls.
        case disconnected
        /// The last word.
        case ended(SessionFailure?)
        case wait(until: Instant?)
    }

    private enum State: Sendable {
        /// No channel, and no attempt before that time.
        case resting(until: Instant)
        case opening(deadline: Instant)
        /// The channel is there, the engine has not answered yet.
        case greeting(deadline: Instant)
        case up
        case ended
    }

    private struct Known: Sendable {
        var id: SessionID
        var token: SessionToken
        var lease: Duration
    }

    /// This relay has one session; the slot is its choice.
    private static let slot: UInt16 = 1

    private let desktop: String
    private let timing: SessionTiming
    private var state: State
    /// The session, once the engine has given one.
    private var known: Known?
    private var stream: ResumableStream
    private var decoder = ChannelFrameDecoder()
    private var outputs: [Output] = []
    /// Outputs before this one have been given out.
    private var outputHead = 0
    /// When the browser shall be told that there is nobody; `nil` once there was somebody.
    private var firstDeadline: Instant?
    private var lastFailure: SessionFailure?
    private var lastHeard: Instant
    private var lastAsked: Instant
    private var lostAt: Instant?
    private var pause: Duration
    private var acknowledgeAt: Instant?
    private var pings: UInt64 = 0
    /// While the browser reads slowly nothing is delivered, and the engine is told of no more room.
    package var isReading = true

    /// - Parameters:
    ///   - desktop: names this remote session to the device, for its policy and its person.
    ///   - longestMessage: bytes that a message of the engine may have.
    package init(desktop: String, longestMessage: Int = 1 << 20, timing: SessionTiming = SessionTiming(), at now: Instant) {
        self.desktop = desktop
        self.timing = timing
        stream = ResumableStream(longestMessage: longestMessage)
        state = .resting(until: now)
        firstDeadline = now + timing.firstAnswer
        lastHeard = now
        lastAsked = now
        pause = timing.retry.first
    }

    /// Bytes that the engine has not acknowledged.
    package var waiting: Int { stream.waiting }

    package mutating func handle(_ input: Input, at now: Instant) {
        if case .ended = state { return }
        switch input {
        case .channelOpened:
            guard case .opening = state else { return outputs.append(.closeChannel) }
            greet(at: now)
        case .channelFailed(let failure):
            guard case .opening = state else { return }
            lastFailure = failure
            rest(at: now)
        case .channelClosed:
            switch state {
            case .greeting, .up: lose(at: now, closes: false)
            case .resting, .opening, .ended: break
            }
        case .received(let bytes):
            lastHeard = now
            decoder.append(bytes)
            readFrames(at: now)
        case .message(let message):
            if !stream.send(message) { end(SessionFailure(.overfull, "The engine takes no more messages."), tells: true) }
        case .finished: end(nil, tells: true)
        case .timeout: break
        }
        advance(at: now)
    }

    package mutating func pollOutput(at now: Instant) -> Output {
        if outputHead < outputs.count {
            let output = outputs[outputHead]
            outputHead += 1
            return output
        }
        outputs.removeAll(keepingCapacity: true)
        outputHead = 0
        if case .ended = state { return .wait(until: nil) }
        if isReading {
            do throws(SessionFailure) {
                if let message = try stream.nextMessage() { return .deliver(message) }
            } catch {
                end(error, tells: true)
                return pollOutput(at: now)
            }
        }
        if case .up = state {
            if let (offset, bytes) = stream.nextData() {
                let told = stream.acknowledgement()
                acknowledgeAt = nil
                return .transmit(
                    ChannelFrame.data(slot: Self.slot, offset: offset, received: told.received, limit: told.limit, bytes: bytes).bytes)
            }
            if let frame = dueAcknowledgement(at: now) { return .transmit(frame.bytes) }
        }
        return .wait(until: deadline)
    }

    // MARK: Time

    private var deadline: Instant? {
        var times: [Instant] = []
        switch state {
        case .resting(let until): times.append(until)
        case .opening(let deadline), .greeting(let deadline): times.append(deadline)
        case .up: times += [max(lastHeard, lastAsked) + timing.heartbeat, lastHeard + timing.silence] + (acknowledgeAt.map { [$0] } ?? [])
        case .ended: return nil
        }
        if let firstDeadline { times.append(firstDeadline) }
        if let lostAt, let known { times.append(lostAt + known.lease + timing.silence) }
        return times.min()
    }

    private mutating func advance(at now: Instant) {
        if let firstDeadline, now >= firstDeadline {
            return end(lastFailure ?? SessionFailure(.nobodyThere, "Nothing on this device answers over the remote desktop's channel."), tells: true)
        }
        // Longer than the engine can have kept the session: there is nothing to go back to.
        if let lostAt, let known, now >= lostAt + known.lease + timing.silence {
            return end(SessionFailure(.graceOver, "The remote desktop's client was away for too long; its calls have ended."), tells: false)
        }
        switch state {
        case .resting(let until) where now >= until:
            state = .opening(deadline: now + timing.answer)
            outputs.append(.openChannel)
        case .opening(let deadline) where now >= deadline:
            lastFailure = SessionFailure(.channelRefused, "The remote desktop's server does not answer.")
            outputs.append(.closeChannel)
            rest(at: now)
        case .greeting(let deadline) where now >= deadline:
            lastFailure = SessionFailure(.nobodyThere, "The engine on the device does not answer.")
            lose(at: now, closes: true)
        case .up:
            if now >= lastHeard + timing.silence {
                lose(at: now, closes: true)
            } else if now >= max(lastHeard, lastAsked) + timing.heartbeat {
                pings += 1
                lastAsked = now
                outputs.append(.transmit(ChannelFrame.ping(pings).bytes))
            }
        case .resting, .opening, .greeting, .ended: break
        }
    }

    private mutating func dueAcknowledgement(at now: Instant) -> ChannelFrame? {
        guard stream.owesAcknowledgement else { return nil }
        let due = acknowledgeAt ?? (now + timing.acknowledgement)
        acknowledgeAt = due
        guard now >= due || stream.owesUrgently else { return nil }
        acknowledgeAt = nil
        let told = stream.acknowledgement()
        return .acknowledgement(slot: Self.slot, received: told.received, limit: told.limit)
    }

    // MARK: Channel

    private mutating func greet(at now: Instant) {
        decoder = ChannelFrameDecoder()
        lastHeard = now
        // The first time there is room for a second attempt before the browser is told.
        state = .greeting(deadline: now + (known == nil ? timing.firstAnswer / 2 : timing.answer))
        let told = stream.acknowledgement()
        outputs.append(
            .transmit(
                ChannelFrame.open(
                    slot: Self.slot, id: known?.id ?? .none, token: known?.token ?? .none, received: told.received, limit: told.limit,
                    desktop: desktop
                ).bytes))
    }

    private mutating func lose(at now: Instant, closes: Bool) {
        if closes { outputs.append(.closeChannel) }
        let wasUp = if case .up = state { true } else { false }
        acknowledgeAt = nil
        if wasUp {
            lostAt = now
            pause = timing.retry.first
            outputs.append(.disconnected)
        }
        rest(at: now)
    }

    private mutating func rest(at now: Instant) {
        state = .resting(until: now + pause)
        pause = min(pause * 2, timing.retry.longest)
    }

    // MARK: Frames

    private mutating func readFrames(at now: Instant) {
        do throws(SessionFailure) {
            while isLive, let frame = try decoder.next() { try receive(frame, at: now) }
        } catch {
            // Nothing good comes over such a channel, or over the next: both ends have a fault.
            end(error, tells: true)
        }
    }

    private var isLive: Bool {
        switch state {
        case .greeting, .up: true
        case .resting, .opening, .ended: false
        }
    }

    private mutating func receive(_ frame: ChannelFrame, at now: Instant) throws(SessionFailure) {
        switch frame {
        case .opened(_, let id, let token, let isResumed, let received, let limit, let lease):
            guard case .greeting = state else { return }
            guard isResumed == (known != nil) else {
                throw SessionFailure(.sessionUnknown, "The engine on this device is another one than before; its calls have ended.")
            }
            known = Known(id: id, token: token, lease: .milliseconds(Int(lease)))
            try stream.resume(from: received, limit: limit)
            state = .up
            firstDeadline = nil
            lastFailure = nil
            lostAt = nil
            pause = timing.retry.first
            outputs.append(.connected(isResumed: isResumed))
        case .refused(_, let failure): end(failure, tells: false)
        case .close(_, let failure): end(failure, tells: false)
        case .data(_, let offset, let received, let limit, let bytes):
            guard case .up = state else { return }
            try stream.acknowledge(received, limit: limit)
            try stream.receive(bytes, at: offset)
        case .acknowledgement(_, let received, let limit):
            guard case .up = state else { return }
            try stream.acknowledge(received, limit: limit)
        case .ping(let number): outputs.append(.transmit(ChannelFrame.pong(number).bytes))
        case .pong: break
        case .open: throw SessionFailure(.violation, "the engine asked for a session")
        }
    }

    /// Idempotent. What has come whole is delivered before.
    private mutating func end(_ failure: SessionFailure?, tells: Bool) {
        if case .ended = state { return }
        while case .some(.some(let message)) = try? stream.nextMessage() { outputs.append(.deliver(message)) }
        switch state {
        case .up:
            // What the browser said last goes out first, as far as the engine has room.
            while let (offset, bytes) = stream.nextData() {
                let told = stream.acknowledgement()
                let frame = ChannelFrame.data(slot: Self.slot, offset: offset, received: told.received, limit: told.limit, bytes: bytes)
                outputs.append(.transmit(frame.bytes))
            }
            if tells { outputs.append(.transmit(ChannelFrame.close(slot: Self.slot, failure).bytes)) }
            outputs.append(.closeChannel)
        case .opening, .greeting: outputs.append(.closeChannel)
        case .resting, .ended: break
        }
        state = .ended
        outputs.append(.ended(failure))
    }
}
