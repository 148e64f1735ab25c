import Primitives

/// The channels of a connection and the association that carries them (RFC 8831), without sockets or clocks.
///
/// The two verbs of every machine. A class because its association is; it has one owner.
package final class DataTransport {
    package enum Input {
        /// What came as application data over DTLS.
        case packet([UInt8])
        /// It is agreed who will be DTLS's client: channels get their numbers (webrtc-pc §4.4.1.5).
        case agree(isClient: Bool)
        /// DTLS is connected. The client's channels have even numbers, the server's odd ones (RFC 8832 §6).
        case connect(isClient: Bool, ports: SCTPAssociation.Ports = SCTPAssociation.Ports())
        case timeout
        /// A channel of the page's; with `id`, where the pages have agreed on a number or prescribe one.
        case create(DataChannelHandle, DataChannelParameters, id: UInt16?, isNegotiated: Bool)
        case send(DataChannelHandle, DataMessage)
        case close(DataChannelHandle)
        /// Whether the owner wants no messages for now; the peer then stops sending.
        case pauseReading(Bool)
        /// The connection ends.
        case shutDown
    }

    package enum Output {
        /// To be sent as application data over DTLS.
        case transmit([UInt8])
        case event(Event)
        /// Nothing more until then, or until the next input.
        case wait(until: Instant?)
    }

    package enum Event: Sendable, Hashable {
        /// One of `state`'s values.
        case stateChanged
        /// The peer has opened a channel; it is open.
        case announced(DataChannelHandle)
        /// A channel has got its number and is open.
        case opened(DataChannelHandle)
        case message(DataChannelHandle, DataMessage)
        /// So many bytes of messages have left for the association since the last time.
        case drained(DataChannelHandle, byteCount: Int)
        /// The peer has begun to close the channel.
        case closing(DataChannelHandle)
        /// The channel is gone; with the reason, where that is an error.
        case closed(DataChannelHandle, reason: String?)
    }

    /// RTCSctpTransportState (webrtc-pc §6.1.2).
    package enum State: String, Sendable, Hashable {
        case connecting, connected, closed
    }

    /// What our descriptions announce, as Chromium's do (RFC 8841 §6); longer messages of the peer's are dropped.
    package static let messageByteLimit = 256 * 1024
    /// Bytes of a channel that may wait to be sent. Chromium's limit; the page is told before it gets here.
    package static let waitingByteLimit = 16 * 1024 * 1024

    package private(set) var state = State.connecting
    package private(set) var channels: [DataChannelHandle: DataChannel] = [:]
    /// How many of them ever were open, and how many of those were closed (webrtc-stats `RTCPeerConnectionStats`).
    package private(set) var openedCount = 0
    package private(set) var closedCount = 0
    /// Messages and openings that made no sense.
    package private(set) var dropCount = 0
    /// Streams each way, once connected.
    package private(set) var streamCount: Int?

    /// `nil` until DTLS is connected.
    private var association: SCTPAssociation?
    private var isClient: Bool?
    private var isReadingPaused = false
    private var handlesByStream: [UInt16: DataChannelHandle] = [:]
    /// In the order of their making, so that sending takes turns.
    private var order: [DataChannelHandle] = []
    private var nextTurn = 0
    /// Of the next channel that the peer opens.
    package private(set) var nextHandle: Int
    private var outputs = OutputQueue<Output>()
    private var deadline: Instant?

    /// - Parameter nextHandle: of the first channel that the peer opens; below zero.
    package init(nextHandle: Int = -1) { self.nextHandle = nextHandle }

    package var packetsSent: Int { association?.packetsSent ?? 0 }
    package var packetsReceived: Int { association?.packetsReceived ?? 0 }
    package var packetsDropped: Int { association?.dropCount ?? 0 }
    /// See `SCTPAssociation.path(at:)`.
    package func path(
        at now: Instant
    ) -> (roundTrip: Int, congestionWindow: Int, receiverWindow: Int, packetSize: Int, unacknowledged: Int)? { association?.path(at: now) }

    // MARK: Verbs

    package func handle(_ input: Input, at now: Instant) {
        guard state != .closed else { return }
        switch input {
        case .packet(let packet): association?.handle(.packet(packet), at: now)
        case .connect(let isClient, let ports): connect(isClient: isClient, ports: ports, at: now)
        case .agree(let isClient): agree(isClient: isClient)
        case .timeout: association?.handle(.timeout, at: now)
        case .create(let handle, let parameters, let id, let isNegotiated):
            create(handle, parameters, id: id, isNegotiated: isNegotiated)
        case .send(let handle, let message): send(message, over: handle)
        case .close(let handle): close(handle)
        case .pauseReading(let isPaused):
            isReadingPaused = isPaused
            association?.isReadingPaused = isPaused
            association?.handle(.timeout, at: now)
        case .shutDown: shutDown(at: now)
        }
        advance(at: now)
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        outputs.popFirst() ?? .wait(until: deadline)
    }

    /// When `.timeout` is due.
    package var wakeUp: Instant? { deadline }

    /// Why a channel with that number cannot be made; `nil` where it can.
    package func refusal(ofID id: UInt16) -> String? {
        if handlesByStream[id] != nil { return "RTCDataChannel creation failed: the id \(id) is in use." }
        if let streamCount, Int(id) >= streamCount {
            return "RTCDataChannel creation failed: the id \(id) is beyond the streams agreed on."
        }
        return nil
    }

    // MARK: Inputs

    private func connect(isClient: Bool, ports: SCTPAssociation.Ports, at now: Instant) {
        guard association == nil else { return }
        agree(isClient: isClient)
        let highest = channels.values.compactMap(\.id).max().map(Int.init) ?? 0
        let association = SCTPAssociation(
            ports: ports, messageByteLimit: Self.messageByteLimit, streamCount: max(SCTPAssociation.usualStreamCount, highest + 1))
        association.isReadingPaused = isReadingPaused
        self.association = association
        association.handle(.connect, at: now)
    }

    private func agree(isClient: Bool) {
        guard self.isClient != isClient, association == nil else { return }
        if self.isClient != nil {
            // Agreed anew before it came to anything: the numbers that only the old roles explain are given anew too.
            for handle in order {
                guard let channel = channels[handle], !channel.isNegotiated, channel.hasAssignedID, let id = channel.id else { continue }
                handlesByStream[id] = nil
                channels[handle]?.id = nil
            }
        }
        self.isClient = isClient
        for handle in order { assignStream(to: handle) }
    }

    private func shutDown(at now: Instant) {
        if let association {
            association.handle(.abort, at: now)
        } else {
            handle(.closed(reason: nil))
        }
    }

    private func create(_ handle: DataChannelHandle, _ parameters: DataChannelParameters, id: UInt16?, isNegotiated: Bool) {
        guard channels[handle] == nil else { return }
        channels[handle] = DataChannel(
            handle: handle, parameters: parameters, id: id, isNegotiated: isNegotiated, isOpenedByPeer: false)
        order.append(handle)
        if let id {
            if let refusal = refusal(ofID: id) {
                channels[handle]?.id = nil
                return finish(handle, reason: refusal)
            }
            handlesByStream[id] = handle
        } else {
            assignStream(to: handle)
        }
        openIfPossible(handle)
    }

    private func send(_ message: DataMessage, over handle: DataChannelHandle) {
        guard let channel = channels[handle], channel.state == .open else {
            dropCount += 1
            return
        }
        guard channel.waiting.byteCount + message.bytes.count <= Self.waitingByteLimit else {
            dropCount += 1
            return beginClosing(handle)
        }
        channels[handle]?.waiting.append(message)
    }

    private func close(_ handle: DataChannelHandle) {
        guard let channel = channels[handle] else { return }
        switch channel.state {
        case .connecting where state != .connected || channel.id == nil: finish(handle, reason: nil)
        case .connecting, .open: beginClosing(handle)
        case .closing, .closed: break
        }
    }

    private func beginClosing(_ handle: DataChannelHandle) { channels[handle]?.state = .closing }

    // MARK: Going on

    private func advance(at now: Instant) {
        drainAssociation(at: now)
        sendWaiting(at: now)
        resetStreams(at: now)
        drainAssociation(at: now)
    }

    private func drainAssociation(at now: Instant) {
        guard let association else { return }
        while true {
            switch association.pollOutput() {
            case .transmit(let packet): outputs.append(.transmit(packet))
            case .event(let event): handle(event)
            case .wait(let instant):
                deadline = state == .closed ? nil : instant
                return
            }
        }
    }

    private func handle(_ event: SCTPAssociation.Event) {
        switch event {
        case .connected(let streams):
            streamCount = streams
            state = .connected
            announce(.stateChanged)
            for handle in order { openIfPossible(handle) }
        case .message(let message):
            receive(message)
        case .incomingReset(let streams):
            for stream in streams.isEmpty ? Array(handlesByStream.keys) : streams { peerReset(stream) }
        case .outgoingReset(let streams):
            for stream in streams.isEmpty ? Array(handlesByStream.keys) : streams { ourReset(stream) }
        case .outgoingResetFailed(let streams):
            for stream in streams {
                guard let handle = handlesByStream[stream], channels[handle]?.closing.ours == .asked else { continue }
                channels[handle]?.closing.ours = .due
            }
        case .closed(let reason):
            state = .closed
            for handle in order { finish(handle, reason: reason) }
            announce(.stateChanged)
        }
    }

    private func announce(_ event: Event) { outputs.append(.event(event)) }

    // MARK: Opening

    private func assignStream(to handle: DataChannelHandle) {
        guard let isClient, let channel = channels[handle], channel.id == nil, channel.state == .connecting else { return }
        let first: UInt16 = isClient ? 0 : 1
        let last = UInt16((streamCount ?? SCTPAssociation.usualStreamCount) - 1)
        guard let free = stride(from: first, through: last, by: 2).first(where: { handlesByStream[$0] == nil }) else {
            return finish(handle, reason: "RTCDataChannel creation failed: all streams are in use.")
        }
        channels[handle]?.id = free
        channels[handle]?.hasAssignedID = true
        handlesByStream[free] = handle
    }

    /// A channel is open as soon as the message that opens it is on its way: what follows on the stream arrives behind it.
    private func openIfPossible(_ handle: DataChannelHandle) {
        guard state == .connected, let channel = channels[handle], channel.state == .connecting, let id = channel.id else { return }
        guard let streamCount, Int(id) < streamCount else {
            return finish(handle, reason: "RTCDataChannel creation failed: the id \(id) is beyond the streams agreed on.")
        }
        channels[handle]?.state = .open
        openedCount += 1
        announce(.opened(handle))
    }

    // MARK: Receiving

    private func receive(_ message: SCTPMessage) {
        if message.protocolIdentifier == PayloadProtocol.establishment { return receiveEstablishment(message) }
        guard let handle = handlesByStream[message.stream], let channel = channels[handle], let data = DataMessage(message),
            channel.state == .open || channel.state == .closing
        else {
            dropCount += 1
            return
        }
        // Who sends on a channel knows it.
        channels[handle]?.isAcknowledged = true
        channels[handle]?.messagesReceived += 1
        channels[handle]?.bytesReceived += data.bytes.count
        announce(.message(handle, data))
    }

    private func receiveEstablishment(_ message: SCTPMessage) {
        switch EstablishmentMessage(parsing: message.bytes) {
        case .acknowledgement:
            guard let handle = handlesByStream[message.stream] else { break }
            channels[handle]?.isAcknowledged = true
            return
        case .open(let parameters, _):
            // RFC 8832 §6 has only numbers of the peer's parity; Chromium, like us, takes any that is free.
            guard handlesByStream[message.stream] == nil, let streamCount, Int(message.stream) < streamCount else { break }
            let handle = DataChannelHandle(rawValue: nextHandle)
            nextHandle -= 1
            var channel = DataChannel(
                handle: handle, parameters: parameters, id: message.stream, isNegotiated: false, isOpenedByPeer: true)
            channel.state = .open
            channels[handle] = channel
            order.append(handle)
            handlesByStream[message.stream] = handle
            openedCount += 1
            announce(.announced(handle))
            return
        case nil: break
        }
        dropCount += 1
    }

    // MARK: Sending

    /// Channels take turns, a message each, while there is room.
    private func sendWaiting(at now: Instant) {
        guard state == .connected, let association else { return }
        var drained: [DataChannelHandle: Int] = [:]
        var hasRoom = true
        while hasRoom {
            let ready = order.filter { handle in channels[handle].map { $0.establishment != nil || !$0.waiting.isEmpty } ?? false }
            guard !ready.isEmpty else { break }
            // Whoever was last before goes after the others.
            let start = nextTurn % ready.count
            for handle in ready[start...] + ready[..<start] {
                guard hasRoom, state == .connected else { break }
                hasRoom = sendNext(of: handle, over: association, &drained, at: now)
                if hasRoom { nextTurn &+= 1 }
            }
            if nextTurn > 1 << 30 { nextTurn = 0 }
        }
        for handle in order {
            if let byteCount = drained[handle], byteCount > 0 { announce(.drained(handle, byteCount: byteCount)) }
        }
    }

    /// Sends one message of a channel; `false` where there is no room for now.
    private func sendNext(
        of handle: DataChannelHandle, over association: SCTPAssociation, _ drained: inout [DataChannelHandle: Int], at now: Instant
    ) -> Bool {
        guard let channel = channels[handle], let id = channel.id, channel.state == .open || channel.state == .closing else {
            channels[handle]?.waiting.removeAll()
            channels[handle]?.establishment = nil
            return true
        }
        if let establishment = channel.establishment {
            // RFC 8832 §6: reliable and in order, whatever the channel is.
            let message = SCTPMessage(stream: id, protocolIdentifier: PayloadProtocol.establishment, bytes: establishment.bytes)
            guard association.send(message, at: now) != .full else { return false }
            channels[handle]?.establishment = nil
            return true
        }
        guard let data = channel.waiting.first else { return true }
        let (protocolIdentifier, bytes) = data.payload
        let result = association.send(
            SCTPMessage(
                stream: id, protocolIdentifier: protocolIdentifier, bytes: bytes,
                isUnordered: !channel.parameters.isOrdered && channel.isAcknowledged, reliability: channel.parameters.reliability),
            at: now)
        guard result != .full else { return false }
        channels[handle]?.waiting.removeFirst()
        drained[handle, default: 0] += data.bytes.count
        if result == .sent {
            channels[handle]?.messagesSent += 1
            channels[handle]?.bytesSent += data.bytes.count
        } else {
            dropCount += 1
        }
        return true
    }

    // MARK: Closing

    /// Asks for the resets that are due: after the last message of a channel, one at a time (RFC 6525 §5.1.1).
    private func resetStreams(at now: Instant) {
        guard state == .connected, let association else { return }
        for handle in order {
            guard let channel = channels[handle], channel.state == .closing, channel.closing.ours == .due, channel.waiting.isEmpty,
                channel.establishment == nil, let id = channel.id
            else { continue }
            switch association.resetOutgoing(id, at: now) {
            case .sent: channels[handle]?.closing.ours = .asked
            case .full: return
            // A peer that cannot reset streams: nothing more can be done for this one.
            case .refused: finish(handle, reason: nil)
            }
        }
    }

    private func peerReset(_ stream: UInt16) {
        guard let handle = handlesByStream[stream], let channel = channels[handle] else { return }
        channels[handle]?.closing.isTheirsDone = true
        if channel.state == .open {
            // webrtc-pc §6.2.5: what was still to be sent is abandoned.
            channels[handle]?.waiting.removeAll()
            beginClosing(handle)
            announce(.closing(handle))
        }
        finishIfComplete(handle)
    }

    private func ourReset(_ stream: UInt16) {
        guard let handle = handlesByStream[stream], channels[handle]?.closing.ours == .asked else { return }
        channels[handle]?.closing.ours = .done
        finishIfComplete(handle)
    }

    private func finishIfComplete(_ handle: DataChannelHandle) {
        guard let channel = channels[handle], channel.state == .closing, channel.closing.isComplete else { return }
        finish(handle, reason: nil)
    }

    /// The channel is gone, and its stream free for another.
    private func finish(_ handle: DataChannelHandle, reason: String?) {
        guard let channel = channels.removeValue(forKey: handle) else { return }
        if let id = channel.id, handlesByStream[id] == handle { handlesByStream[id] = nil }
        order.removeAll { $0 == handle }
        if channel.state != .connecting { closedCount += 1 }
        announce(.closed(handle, reason: reason))
    }
}
