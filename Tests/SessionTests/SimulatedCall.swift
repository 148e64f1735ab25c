import Cryptography
import ICE
import JSEP
import Primitives
import RTP
import SCTP
import SDP
import VirtualClock

/// Two peer connections that call each other over a simulated network, in virtual time, from a seed.
///
/// Descriptions and candidates travel by a signalling path of their own, which is reliable, ordered and slow.
struct SimulatedCall {
    enum Role { case caller, called }

    /// One side: its connection, its addresses, and what it has seen.
    struct Side {
        let connection: PeerConnection
        /// Of this machine's interfaces.
        let addresses: [IPAddress]
        var sockets: [SocketAddress: TransportID] = [:]
        var candidates: [LocalCandidate?] = []
        var packets: [RTPPacket] = []
        var mediaChanges = 0
        /// How what it sends gets lost, as far as it has been told.
        var losses: LossPattern?
        var dataEvents: [DataTransport.Event] = []
        var nextPort: UInt16 = 50_000
        /// Frames sent, and which one comes next.
        var framesSent = 0
        var isSending = false
    }

    private enum Signal {
        case description(DescriptionText)
        case candidate(RemoteCandidate?)
    }

    static let stunServer = SocketAddress(ip: .v4(0xC633_6401), port: 3478)
    static let audio: TransceiverHandle = 1

    var network: SimulatedNetwork
    var signallingDelay = Duration.milliseconds(60)
    private(set) var now = Instant.zero + .seconds(1)
    private(set) var caller: Side
    private(set) var called: Side
    private var signals: [(arrival: Instant, to: Role, signal: Signal)] = []
    private var nextFrame: Instant?

    /// - Parameters:
    ///   - certificates: made once for many calls, since making them is what takes the time.
    init(
        network: SimulatedNetwork, callerAddresses: [IPAddress] = [.v4(0x0A00_010A)], calledAddresses: [IPAddress] = [.v4(0x0A00_020A)],
        certificates: (Certificate, Certificate), seed: UInt64
    ) {
        self.network = network
        var random = RandomSource(seed: seed)
        func side(_ certificate: Certificate, _ addresses: [IPAddress]) -> Side {
            let configuration = PeerConnectionConfiguration(certificate: certificate, clock: NTPClock(timeAtZero: .seconds(3_900_000_000)))
            return Side(connection: PeerConnection(configuration: configuration, random: random.fork()), addresses: addresses)
        }
        caller = side(certificates.0, callerAddresses)
        called = side(certificates.1, calledAddresses)
        virtual_clock_set(now.nanoseconds)
    }

    subscript(role: Role) -> Side {
        get { role == .caller ? caller : called }
        set { if role == .caller { caller = newValue } else { called = newValue } }
    }

    // MARK: What the two do

    /// The caller offers one audio section; the rest follows.
    mutating func call() throws {
        try caller.connection.negotiate(at: now) { negotiator throws(JSEPError) in
            try negotiator.addTransceiver(Self.audio, kind: .audio, sender: SenderSource(trackID: "voice", streams: ["stream"]))
        }
        try offer(from: .caller)
    }

    /// Does something with a side's connection, and carries out what comes of it.
    mutating func perform(_ role: Role, _ body: (PeerConnection, Instant) throws -> Void) rethrows {
        virtual_clock_set(now.nanoseconds)
        try body(self[role].connection, now)
        drain(role)
    }

    /// The same, with a result.
    mutating func performing<Result>(_ role: Role, _ body: (PeerConnection, Instant) throws -> Result) rethrows -> Result {
        virtual_clock_set(now.nanoseconds)
        defer { drain(role) }
        return try body(self[role].connection, now)
    }

    mutating func offer(from role: Role, iceRestart: Bool = false) throws {
        let connection = self[role].connection
        try connection.negotiate(at: now) { negotiator throws(JSEPError) in
            let offer = try negotiator.createOffer(iceRestart: iceRestart)
            _ = try negotiator.setLocal(.offer, sdp: offer.sdp)
        }
        if let offer = connection.negotiator.pendingLocalDescription { send(.description(offer), from: role) }
        drain(role)
    }

    /// Both sides send a frame every 20 ms from now on.
    mutating func talk() {
        caller.isSending = true
        called.isSending = true
        nextFrame = now
    }

    // MARK: Time

    /// Goes on until `condition` holds or the time is over; whether it held.
    mutating func run(for duration: Duration, until condition: (SimulatedCall) -> Bool = { _ in false }) throws -> Bool {
        let end = now + duration
        while true {
            if condition(self) { return true }
            let next = [network.nextArrival, signals.first?.arrival, nextFrame, wakeUps[.caller] ?? nil, wakeUps[.called] ?? nil]
                .compactMap { $0 }.min()
            guard let next, next <= end else {
                now = end
                return condition(self)
            }
            now = max(now, next)
            virtual_clock_set(now.nanoseconds)
            try step()
        }
    }

    private var wakeUps: [Role: Instant?] = [:]

    private mutating func step() throws {
        for datagram in network.arrivals(by: now) { deliver(datagram) }
        while let first = signals.first, first.arrival <= now {
            signals.removeFirst()
            try deliver(first.signal, to: first.to)
        }
        for role in [Role.caller, .called] {
            if let wakeUp = wakeUps[role] ?? nil, wakeUp <= now {
                self[role].connection.handle(.timeout, at: now)
                drain(role)
            }
        }
        if let due = nextFrame, due <= now {
            nextFrame = due + .milliseconds(20)
            for role in [Role.caller, .called] where self[role].isSending { sendFrame(from: role) }
        }
    }

    private mutating func sendFrame(from role: Role) {
        let connection = self[role].connection
        guard let section = connection.sections.values.first, let codec = section.plan.sendCodecs.first else { return }
        let count = self[role].framesSent
        let frame = OutgoingFrame(
            payloadType: codec.payloadType, rtpTimestamp: UInt32(truncatingIfNeeded: count * 960), hasMarker: count == 0, audioLevel: 30,
            hasVoice: true, capturedAt: now, payload: [UInt8](repeating: UInt8(truncatingIfNeeded: count), count: 60))
        if connection.send(frame, of: section.plan.transceiver, at: now) { self[role].framesSent += 1 }
        drain(role)
    }

    // MARK: Delivery

    private mutating func deliver(_ datagram: Datagram) {
        if datagram.local == Self.stunServer {
            answer(datagram)
            return
        }
        for role in [Role.caller, .called] {
            if let transport = self[role].sockets[datagram.local] {
                self[role].connection.handle(.datagram(transport, datagram), at: now)
                drain(role)
            }
        }
    }

    /// What a STUN server says (RFC 8489 §5).
    private mutating func answer(_ datagram: Datagram) {
        guard let request = STUNMessage(parsing: datagram.bytes), request.messageClass == .request else { return }
        let response = STUNMessage(
            .successResponse, method: STUNMessage.binding, transactionID: request.transactionID,
            attributes: [.xorMappedAddress(datagram.remote, request.transactionID)])
        network.send(Datagram(local: datagram.local, remote: datagram.remote, bytes: response.encoded()), at: now)
    }

    private mutating func deliver(_ signal: Signal, to role: Role) throws {
        let connection = self[role].connection
        switch signal {
        case .description(let description):
            try connection.negotiate(at: now) { negotiator throws(JSEPError) in
                _ = try negotiator.setRemote(description.type, sdp: description.sdp)
            }
            if description.type == .offer {
                try connection.negotiate(at: now) { negotiator throws(JSEPError) in
                    if let handle = negotiator.transceivers.first?.handle { try negotiator.setDirection(.sendrecv, of: handle) }
                    let answer = try negotiator.createAnswer()
                    _ = try negotiator.setLocal(.answer, sdp: answer.sdp)
                }
                if let answer = connection.negotiator.currentLocalDescription { send(.description(answer), from: role) }
            }
        case .candidate(let candidate):
            try connection.negotiate(at: now) { negotiator throws(JSEPError) in try negotiator.addRemoteCandidate(candidate) }
        }
        drain(role)
    }

    private mutating func send(_ signal: Signal, from role: Role) {
        signals.append((now + signallingDelay, role == .caller ? .called : .caller, signal))
    }

    private mutating func drain(_ role: Role) {
        let connection = self[role].connection
        while true {
            switch connection.pollOutput() {
            case .transmit(_, let datagram): network.send(datagram, at: now)
            case .openSockets(let transport): open(transport, of: role)
            case .closeSockets(let transport): self[role].sockets = self[role].sockets.filter { $0.value != transport }
            case .resolve, .stream: break
            case .event(.localCandidate(let candidate)):
                self[role].candidates.append(candidate)
                let remote = candidate.map {
                    RemoteCandidate(
                        candidate: $0.candidate, sdpMid: $0.sdpMid, sdpMLineIndex: $0.sdpMLineIndex, usernameFragment: $0.usernameFragment)
                }
                send(.candidate(remote), from: role)
            case .event(.packet(_, let packet)): self[role].packets.append(packet)
            case .event(.mediaChanged): self[role].mediaChanges += 1
            case .event(.data(let event)): self[role].dataEvents.append(event)
            case .event(.lossReported(_, let losses)): self[role].losses = losses
            case .event(.statesChanged), .event(.candidateError): break
            case .wait(let until):
                wakeUps[role] = until
                return
            }
        }
    }

    private mutating func open(_ transport: TransportID, of role: Role) {
        let connection = self[role].connection
        connection.handle(.servers(transport, ICEConfiguration(servers: [STUNServer(address: Self.stunServer)])), at: now)
        for address in self[role].addresses {
            let socket = SocketAddress(ip: address, port: self[role].nextPort)
            self[role].nextPort += 1
            self[role].sockets[socket] = transport
            connection.handle(.localAddress(transport, socket), at: now)
        }
        connection.handle(.noMoreLocalAddresses(transport), at: now)
    }
}
