import Primitives

/// An address at a relay, from the first request to the last (RFC 8656 §3): a machine without sockets or clocks.
///
/// `+Responses` serves what the relay answers, `+Data` carries what goes through it.
struct RelayAllocation: Sendable {
    /// How messages reach the relay.
    enum Path: Sendable, Hashable {
        /// From the socket of a base.
        case datagrams(SocketAddress)
        case stream(RelayStream.ID)
    }

    enum State: Sendable, Hashable {
        /// The stream is being opened.
        case connecting
        case allocating
        case allocated
        /// Final.
        case ended
    }

    enum Output: Sendable {
        case transmit(Datagram)
        case stream(RelayStream.Request)
        /// `relayed` is set from now on.
        case allocated
        /// It is gone, or has never come to be. Without an error where nobody need be told.
        case ended(CandidateError?)
    }

    /// A server may send us on so often (RFC 8489 §10 asks for a limit).
    static let redirectionLimit = 3
    /// A nonce may go stale so often during one request.
    static let renewalLimit = 3
    /// Peers' addresses that are remembered; more than ICE has pairs for.
    static let permissionLimit = ICELimits.pairs

    /// As configured; `serverAddress` may have moved since.
    let server: RelayServer
    /// Orders the candidate among its kind.
    let preference: UInt16
    var path: Path
    var serverAddress: SocketAddress
    var state: State
    /// Where peers reach us.
    var relayed: SocketAddress?
    /// Where the relay sees us.
    var mapped: SocketAddress?
    var credentials: RelayCredentials?
    var transactions: [RelayTransaction] = []
    /// When the stream must be open.
    var connectionDeadline: Instant?
    var refreshAt: Instant?
    var expiry: Instant?
    var redirections = 0
    var hasClearedOldAllocation = false
    var permissions: [IPAddress: RelayPermission] = [:]
    var channels: [SocketAddress: RelayChannel] = [:]
    var channelPeers: [UInt16: SocketAddress] = [:]
    var nextChannel = ChannelData.numbers.lowerBound
    var reader = RelayStreamReader()
    /// The ID of the next stream, where a server sends us on.
    var outputs: [Output] = []

    init(server: RelayServer, path: Path, preference: UInt16, at now: Instant, random: inout RandomSource) {
        self.server = server
        self.path = path
        self.preference = preference
        serverAddress = server.address
        switch path {
        case .datagrams:
            state = .allocating
            request(.allocate, at: now, random: &random)
        case .stream(let id):
            state = .connecting
            connectionDeadline = now + RelayTiming.connection
            outputs.append(.stream(.open(id, server)))
        }
    }

    var isPending: Bool { state == .connecting || state == .allocating }

    /// What the error of the page's event names as our end.
    private var local: SocketAddress? {
        switch path {
        case .datagrams(let base): base
        case .stream: nil
        }
    }

    /// The stream is open: the first request goes out.
    mutating func streamOpened(at now: Instant, random: inout RandomSource) {
        guard state == .connecting else { return }
        state = .allocating
        connectionDeadline = nil
        request(.allocate, at: now, random: &random)
    }

    mutating func streamClosed(reason: String) {
        switch state {
        case .connecting, .allocating: fail(CandidateError.unreachable, reason)
        case .allocated: end(nil)
        case .ended: break
        }
    }

    /// Gives the address back (RFC 8656 §7): said once, since nobody waits for the answer.
    mutating func release(at now: Instant, random: inout RandomSource) {
        if state == .allocated { request(.refresh(lifetime: .zero), at: now, random: &random) }
        end(nil)
    }

    func error(_ code: UInt16, _ text: String) -> CandidateError {
        CandidateError(local: local, url: server.url, code: code, text: text)
    }

    mutating func fail(_ code: UInt16, _ text: String) { end(error(code, text)) }

    mutating func end(_ error: CandidateError?) {
        guard state != .ended else { return }
        if case .stream(let id) = path { outputs.append(.stream(.close(id))) }
        state = .ended
        transactions = []
        permissions = [:]
        channels = [:]
        channelPeers = [:]
        outputs.append(.ended(error))
    }

    // MARK: requests

    mutating func request(
        _ purpose: RelayTransaction.Purpose, renewals: Int = 0, at now: Instant, random: inout RandomSource
    ) {
        let id = STUNTransactionID(random: &random)
        let method: UInt16
        var attributes: [STUNAttribute]
        switch purpose {
        case .allocate: (method, attributes) = (STUNMessage.allocate, [.requestedTransportUDP])
        case .refresh(let lifetime): (method, attributes) = (STUNMessage.refresh, [.lifetime(lifetime)])
        case .permission(let ip):
            (method, attributes) = (STUNMessage.createPermission, [.xorPeerAddress(SocketAddress(ip: ip, port: 0), id)])
        case .channel(let peer, let number):
            (method, attributes) = (STUNMessage.channelBind, [.channelNumber(number), .xorPeerAddress(peer, id)])
        }
        if let credentials { attributes += credentials.attributes }
        let message = STUNMessage(.request, method: method, transactionID: id, attributes: attributes)
        let bytes = message.encoded(key: credentials?.key, addingFingerprint: false)
        let isStream = server.transport.isStream
        let transaction = RelayTransaction(
            id: id, purpose: purpose, bytes: bytes, isAuthenticated: credentials != nil, renewals: renewals,
            nextTransmission: isStream ? nil : now + ICETiming.retransmission,
            deadline: now + (isStream ? RelayTiming.connection : RelayTiming.transaction))
        transactions.append(transaction)
        transmit(bytes)
    }

    /// Sends a whole message to the relay.
    mutating func transmit(_ bytes: [UInt8]) {
        switch path {
        case .datagrams(let base): outputs.append(.transmit(Datagram(local: base, remote: serverAddress, bytes: bytes)))
        case .stream(let id): outputs.append(.stream(.send(id, bytes)))
        }
    }

    // MARK: time

    mutating func advance(to now: Instant, random: inout RandomSource) {
        guard state != .ended else { return }
        if let connectionDeadline, connectionDeadline <= now {
            return fail(CandidateError.unreachable, "The connection to the TURN server timed out.")
        }
        if let expiry, expiry <= now { return end(nil) }
        let overdue = transactions.filter { $0.deadline <= now }
        transactions.removeAll { $0.deadline <= now }
        for transaction in overdue { timedOut(transaction, at: now) }
        guard state != .ended else { return }
        for index in transactions.indices {
            guard let next = transactions[index].nextTransmission, next <= now else { continue }
            transactions[index].interval = min(transactions[index].interval * 2, RelayTiming.longestRetransmission)
            transactions[index].nextTransmission = now + transactions[index].interval
            transmit(transactions[index].bytes)
        }
        if let refreshAt, refreshAt <= now {
            self.refreshAt = nil
            request(.refresh(lifetime: RelayTiming.lifetime), at: now, random: &random)
        }
        renewPermissions(at: now, random: &random)
        renewChannels(at: now, random: &random)
    }

    /// When `advance` has something to do.
    var deadline: Instant? {
        guard state != .ended else { return nil }
        var deadlines = [connectionDeadline, refreshAt, expiry].compactMap(\.self)
        deadlines += transactions.map(\.wakeUp)
        deadlines += permissions.values.map { min($0.refreshAt, $0.expiry) }
        deadlines += channels.values.map { min($0.refreshAt, $0.expiry) }
        return deadlines.min()
    }

    private mutating func timedOut(_ transaction: RelayTransaction, at now: Instant) {
        switch transaction.purpose {
        case .allocate: fail(CandidateError.unreachable, "TURN allocate request timed out.")
        case .refresh(let lifetime): if lifetime > .zero { refreshAt = now + RelayTiming.retry }
        case .permission(let ip): permissions[ip]?.refreshAt = now
        case .channel(let peer, _): channels[peer]?.refreshAt = now + RelayTiming.retry
        }
    }
}
