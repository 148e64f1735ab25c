import CUsrSCTP
import Primitives

/// One SCTP association over DTLS (RFC 8261), whose packets somebody else carries.
///
/// The two verbs of every machine: put something in with `handle` and `send`, then take out with `pollOutput` until it says `.wait`. A class
/// with one owner, because the state is usrsctp's (see `SCTPStack`); its timers are run by giving it the time.
package final class SCTPAssociation {
    package enum Input {
        /// A packet of the peer's, decrypted.
        case packet([UInt8])
        /// There is a way to the peer. Both sides say INIT, and the library sorts out that they meet (RFC 8841 §9.3).
        case connect
        /// The time that `.wait` named has come.
        case timeout
        /// Tell the peer that it is over, and end.
        case abort
    }

    package enum Output {
        case transmit([UInt8])
        case event(Event)
        /// Nothing more until then, or until the next input.
        case wait(until: Instant?)
    }

    package enum Event: Sendable, Hashable {
        /// Messages may be sent, on so many streams.
        case connected(streams: Int)
        case message(SCTPMessage)
        /// The peer's side of these streams begins anew: nothing more comes of what was before.
        case incomingReset([UInt16])
        /// Our side of these streams has been reset.
        case outgoingReset([UInt16])
        /// The peer has refused that; it may be asked again.
        case outgoingResetFailed([UInt16])
        /// The association is over; with the reason, where the peer has aborted it.
        case closed(reason: String?)
    }

    package enum State: Sendable, Hashable {
        /// Nothing has been sent; packets of the peer's are dropped, and come again.
        case new
        case connecting
        case connected
        case closed
    }

    /// What became of a message.
    package enum SendResult: Sendable, Hashable {
        case sent
        /// There is no room for now: the library's buffer is full.
        case full
        /// It cannot be sent at all.
        case refused
    }

    package struct Ports: Sendable, Hashable {
        package var local: UInt16
        package var remote: UInt16

        package init(local: UInt16 = 5000, remote: UInt16 = 5000) {
            self.local = local
            self.remote = remote
        }
    }

    /// Streams each way, where the pages name none beyond. RFC 8831 §6.2 would like 65 535, of which each costs memory from the start.
    package static let usualStreamCount = 1024
    /// Largest packet: with the 37 to 93 bytes of a DTLS record it stays within the 1200 bytes of UDP payload that any path carries.
    package static let packetByteCount = 1100
    /// A message has to fit whole, and RFC 8831 §6.6 has 256 KiB as the most that anybody sends.
    private static let sendBufferByteCount: Int32 = 512 * 1024
    private static let receiveBufferByteCount: Int32 = 1024 * 1024
    /// The first wait for an answer. RFC 9260 §16 has 1 s, 1 s and 60 s; a call's path is checked by ICE all the time, so browsers wait less.
    private static let timeouts = (initial: UInt32(500), shortest: UInt32(400), longest: UInt32(10_000))
    /// The library does not say when its next timer is due, so it is asked this often while there is something on the way…
    private static let busyInterval = Duration.milliseconds(10)
    /// …and this often otherwise. Twice the delay of an acknowledgement (RFC 9260 §6.2) after the last packet counts as on the way.
    private static let idleInterval = Duration.milliseconds(100)
    private static let busyTime = Duration.milliseconds(500)

    package let ports: Ports
    /// Streams that are asked for each way.
    package let streamCount: Int
    package private(set) var state = State.new
    /// Packets that were not shown to the library, and messages that were too long.
    package private(set) var dropCount = 0
    package private(set) var packetsSent = 0
    package private(set) var packetsReceived = 0
    /// While it is set, messages stay in the library's buffer, whose size the peer knows: it stops sending when that is full.
    package var isReadingPaused = false
    /// Longer messages of the peer's are dropped.
    private let messageByteLimit: Int

    private let address: SCTPStack.Address
    private var socket: OpaquePointer?
    private var outputs = OutputQueue<Output>()
    private var deadline: Instant?
    private var busyUntil: Instant?
    /// The message whose pieces are coming in.
    private var partial: SCTPMessage?
    private var isPartialTooLong = false
    private var room = [UInt8](repeating: 0, count: 1 << 16)

    /// - Parameter streamCount: 1…65 535.
    package init(ports: Ports = Ports(), messageByteLimit: Int, streamCount: Int = SCTPAssociation.usualStreamCount) {
        precondition((1...65_535).contains(streamCount), "streams are numbered with 16 bits, and the last number is no stream's")
        self.ports = ports
        self.streamCount = streamCount
        self.messageByteLimit = messageByteLimit
        address = SCTPStack.register()
    }

    deinit { _ = SCTPStack.deregister(address, closing: socket) }

    // MARK: Verbs

    package func handle(_ input: Input, at now: Instant) {
        guard state != .closed else {
            if case .packet = input { dropCount += 1 }
            return
        }
        switch input {
        case .packet(let packet): receive(packet, at: now)
        case .connect: connect(at: now)
        case .timeout: SCTPStack.perform(at: now) {}
        case .abort: end(reason: nil)
        }
        collect(at: now)
    }

    /// Sends a message whole, or not at all.
    package func send(_ message: SCTPMessage, at now: Instant) -> SendResult {
        guard state == .connected, let socket else { return .refused }
        let (policy, value): (Int32, UInt32) =
            switch message.reliability {
            case .reliable: (SCTP_PR_SCTP_NONE, 0)
            case .retransmissions(let count): (SCTP_PR_SCTP_RTX, UInt32(count))
            case .lifetime(let milliseconds): (SCTP_PR_SCTP_TTL, UInt32(milliseconds))
            }
        let failure = SCTPStack.perform(at: now) {
            nearend_sctp_send(
                socket, message.bytes, message.bytes.count, message.stream, message.protocolIdentifier, message.isUnordered ? 1 : 0,
                UInt16(policy), value)
        }
        collect(at: now)
        switch failure {
        case 0: return .sent
        case EAGAIN, ENOBUFS, ENOMEM: return .full
        default: return .refused
        }
    }

    /// Resets our side of a stream once what was sent on it has arrived (RFC 6525 §5.1.2). `full`: another reset is on its way, ask again.
    package func resetOutgoing(_ stream: UInt16, at now: Instant) -> SendResult {
        guard state == .connected, let socket else { return .refused }
        let failure = SCTPStack.perform(at: now) { nearend_sctp_reset(socket, stream) }
        collect(at: now)
        switch failure {
        case 0: return .sent
        case EALREADY, EINPROGRESS, EAGAIN, ENOMEM: return .full
        default: return .refused
        }
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        outputs.popFirst() ?? .wait(until: deadline)
    }

    /// What getStats tells of the path: smoothed round-trip time in milliseconds, congestion window and receiver window in bytes, packet
    /// size in bytes, chunks not acknowledged.
    package func path(at now: Instant) -> (
        roundTrip: Int, congestionWindow: Int, receiverWindow: Int, packetSize: Int, unacknowledged: Int
    )? {
        guard state == .connected, let socket else { return nil }
        return SCTPStack.perform(at: now) {
            var status = sctp_status()
            guard nearend_sctp_status(socket, &status) == 0 else { return nil }
            return (
                Int(status.sstat_primary.spinfo_srtt), Int(status.sstat_primary.spinfo_cwnd), Int(status.sstat_rwnd),
                Int(status.sstat_primary.spinfo_mtu), Int(status.sstat_unackdata)
            )
        }
    }

    // MARK: Inputs

    private func connect(at now: Instant) {
        guard state == .new else { return }
        let options = nearend_sctp_options(
            streams: UInt16(streamCount), packet_size: UInt32(Self.packetByteCount), send_buffer: Self.sendBufferByteCount,
            receive_buffer: Self.receiveBufferByteCount, initial_timeout: Self.timeouts.initial, shortest_timeout: Self.timeouts.shortest,
            longest_timeout: Self.timeouts.longest)
        let isConnecting = SCTPStack.perform(at: now) {
            socket = nearend_sctp_open(address.pointer, ports.local, options)
            guard let socket else { return false }
            return nearend_sctp_connect(socket, address.pointer, ports.remote) == 0
        }
        guard isConnecting else { return end(reason: "The association could not be begun.") }
        state = .connecting
    }

    private func receive(_ packet: [UInt8], at now: Instant) {
        guard state != .new,
            SCTPPacketCheck.isPlausible(packet, sourcePort: ports.remote, destinationPort: ports.local)
        else {
            dropCount += 1
            return
        }
        packetsReceived += 1
        SCTPStack.perform(at: now) { usrsctp_conninput(address.pointer, packet, packet.count, 0) }
    }

    /// Closing the socket aborts (RFC 9260 §9.1): the packet that says so is the last.
    private func end(reason: String?) {
        guard state != .closed else { return }
        state = .closed
        for packet in SCTPStack.deregister(address, closing: socket) { outputs.append(.transmit(packet)) }
        socket = nil
        partial = nil
        deadline = nil
        outputs.append(.event(.closed(reason: reason)))
    }

    // MARK: Outputs

    /// Takes out of the library what it has for the peer and for us.
    private func collect(at now: Instant) {
        guard state != .closed else { return }
        var isBusy = takePackets(at: now)
        if readMessages(at: now) { isBusy = true }
        guard state != .closed else { return }
        // Reading makes room, which the peer is told.
        if takePackets(at: now) { isBusy = true }
        if isBusy || state == .connecting { busyUntil = now + Self.busyTime }
        deadline = state == .new ? nil : now + (busyUntil.map { now < $0 } == true ? Self.busyInterval : Self.idleInterval)
    }

    private func takePackets(at now: Instant) -> Bool {
        let packets = SCTPStack.perform(at: now) { SCTPStack.takeOutbox(of: address) }
        packetsSent += packets.count
        for packet in packets { outputs.append(.transmit(packet)) }
        return !packets.isEmpty
    }

    private func readMessages(at now: Instant) -> Bool {
        var hasRead = false
        while let socket, !isReadingPaused || state == .connecting {
            var received = nearend_sctp_received()
            let count = SCTPStack.perform(at: now) { nearend_sctp_receive(socket, &room, room.count, &received) }
            guard count >= 0 else { break }
            guard count > 0 else {
                end(reason: nil)
                break
            }
            hasRead = true
            let bytes = room[..<count]
            if received.is_notification != 0 {
                handle(SCTPNotification(Array(bytes)))
            } else {
                append(bytes, received)
            }
        }
        return hasRead
    }

    private func handle(_ notification: SCTPNotification) {
        switch notification {
        case .up(let incoming, let outgoing):
            // A peer that begins anew within the same association of DTLS has forgotten its channels.
            if state == .connected { return end(reason: "The other side has begun a new association.") }
            state = .connected
            outputs.append(.event(.connected(streams: min(incoming, outgoing, streamCount))))
        case .lost(let reason):
            end(reason: reason)
        case .shutDown:
            end(reason: nil)
        case .incomingReset(let streams): outputs.append(.event(.incomingReset(streams)))
        case .outgoingReset(let streams): outputs.append(.event(.outgoingReset(streams)))
        case .outgoingResetFailed(let streams): outputs.append(.event(.outgoingResetFailed(streams)))
        case .partialDeliveryAborted:
            partial = nil
            isPartialTooLong = false
        case .other: break
        }
    }

    /// The library gives long messages in pieces, and nothing else between them.
    private func append(_ bytes: ArraySlice<UInt8>, _ received: nearend_sctp_received) {
        if partial?.stream != received.stream { partial = nil }
        var message = partial ?? SCTPMessage(stream: received.stream, protocolIdentifier: received.protocol, bytes: [])
        partial = nil
        if message.bytes.count + bytes.count > messageByteLimit {
            isPartialTooLong = true
            message.bytes = []
        }
        if !isPartialTooLong { message.bytes += bytes }
        guard received.is_end != 0 else {
            partial = message
            return
        }
        if isPartialTooLong {
            dropCount += 1
            isPartialTooLong = false
        } else {
            outputs.append(.event(.message(message)))
        }
    }
}
