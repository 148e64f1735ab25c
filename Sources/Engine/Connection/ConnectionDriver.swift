import ICE
import JSEP
import NIOCore
import Primitives

/// Gives a `PeerConnection` what it may not have of its own: sockets, the clock, names and the list of interfaces.
///
/// Every entry drains the machine before it returns, so that nothing it wants done is left lying.
@NetworkLoop
package final class ConnectionDriver {
    private struct TransportSockets {
        var sockets: [Primitives.SocketAddress: UDPSocket] = [:]
        /// To relays.
        var streams: [RelayStream.ID: RelayConnection] = [:]
        /// Addresses whose socket is being bound.
        var opening: Set<IPAddress> = []
        var hasListedAll = false
    }

    private let peer: PeerConnection
    private let resolver: HostNameResolver
    private let interfaces: InterfaceWatcher
    private let network: NetworkPolicy
    private let handleEvent: @NetworkLoop (PeerConnection.Event) -> Void
    private var transports: [TransportID: TransportSockets] = [:]
    private var interfaceListener: Int?
    private var timer: (deadline: Instant, task: Scheduled<Void>)?
    /// What to gather, with the servers whose names are known.
    private var gathering = ICEConfiguration()
    /// Names of servers that are being looked up; local addresses wait for them, but not for long.
    private var lookups = 0
    /// Counts the configurations, so that a name of a former one is not taken for one of this.
    private var configurationNumber = 0
    /// Servers whose names nobody knows, to be told when gathering begins.
    private var unknownServers: [CandidateError] = []
    private var waitingTransports: [TransportID] = []
    private var isDraining = false
    private var isClosed = false

    /// How long gathering waits for the names of servers.
    private static let lookupPatience = Duration.seconds(1)

    /// - Parameter handleEvent: gets the machine's events, in order, while it is being drained.
    package init(
        peer: sending PeerConnection, servers: [ServerURL] = [], policy: ICEConfiguration.Policy = .all, resolver: HostNameResolver,
        interfaces: InterfaceWatcher, network: NetworkPolicy = NetworkPolicy(),
        handleEvent: @escaping @NetworkLoop (PeerConnection.Event) -> Void
    ) {
        self.peer = peer
        self.resolver = resolver
        self.interfaces = interfaces
        self.network = network
        self.handleEvent = handleEvent
        interfaceListener = interfaces.addListener { [weak self] addresses in self?.interfacesChanged(to: addresses) }
        setServers(servers, policy: policy)
    }

    /// Asks these servers, in place of the former, for what is gathered from now on: over new sockets, and at a restart.
    package func setServers(_ urls: [ServerURL], policy: ICEConfiguration.Policy) {
        gathering = ICEConfiguration(policy: network.isRelayOnly ? .relay : policy)
        unknownServers = []
        configurationNumber += 1
        lookups = urls.count
        let number = configurationNumber
        for url in urls {
            resolver.resolve(url.host) { [weak self] addresses in
                guard let self, number == configurationNumber, !isClosed else { return }
                lookups -= 1
                add(url, addresses)
                if lookups == 0 {
                    for transport in transports.keys { handle(.servers(transport, gathering)) }
                    openWaiting()
                }
            }
        }
        for transport in transports.keys { handle(.servers(transport, gathering)) }
    }

    private func add(_ url: ServerURL, _ resolved: [IPAddress]) {
        let addresses = resolved.filter(network.permits)
        if addresses.isEmpty {
            let what = url.service == .binding ? "STUN" : "TURN"
            unknownServers.append(
                CandidateError(local: nil, url: url.text, code: CandidateError.unreachable, text: "\(what) host lookup received error."))
        }
        for ip in addresses {
            let address = Primitives.SocketAddress(ip: ip, port: url.port)
            switch url.service {
            case .binding: gathering.servers.append(STUNServer(address: address, url: url.text))
            case .relay(let transport):
                gathering.relays.append(
                    RelayServer(
                        address: address, transport: transport, host: url.host, username: url.username, credential: url.credential,
                        url: url.text))
            case .none: break
            }
        }
    }

    /// Looks at the machine without changing it.
    package func read<Result>(_ body: (PeerConnection) throws -> Result) rethrows -> Result { try body(peer) }

    /// Lets `body` work on the machine, then does what the machine wants done.
    package func perform<Result>(_ body: (PeerConnection, Instant) throws -> Result) rethrows -> Result {
        defer { drain() }
        return try body(peer, NetworkLoop.now)
    }

    /// Ends the connection: says goodbye to the peer, closes the sockets. Idempotent.
    package func close() {
        guard !isClosed else { return }
        perform { peer, now in peer.close(at: now) }
        isClosed = true
        timer?.task.cancel()
        timer = nil
        if let interfaceListener { interfaces.removeListener(interfaceListener) }
        for transport in transports.keys { closeSockets(of: transport) }
    }

    /// Work done by the handler of an event is drained by the loop that told the event, so that events keep their order.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while !isClosed {
            switch peer.pollOutput() {
            case .transmit(let transport, let datagram):
                // Whatever address a candidate names: the device decides where its packets go.
                guard network.permits(datagram.remote.ip) else { continue }
                transports[transport]?.sockets[datagram.local]?.send(datagram.bytes, to: datagram.remote)
            case .stream(let transport, let request):
                carryOut(request, of: transport)
            case .event(let event):
                handleEvent(event)
            case .openSockets(let transport):
                prepareSockets(of: transport)
            case .closeSockets(let transport):
                closeSockets(of: transport)
            case .resolve(let candidate):
                resolver.resolve(candidate.name) { [weak self] addresses in
                    self?.handle(.resolved(candidate, addresses))
                }
            case .wait(let deadline):
                setTimer(to: deadline)
                return
            }
        }
    }

    private func handle(_ input: PeerConnection.Input) {
        guard !isClosed else { return }
        perform { peer, now in peer.handle(input, at: now) }
    }

    // MARK: Time

    private func setTimer(to deadline: Instant?) {
        guard deadline != timer?.deadline else { return }
        timer?.task.cancel()
        timer = deadline.map { deadline in
            (
                deadline,
                NetworkLoop.schedule(at: deadline) { [weak self] in
                    self?.timer = nil
                    self?.handle(.timeout)
                }
            )
        }
    }

    // MARK: Sockets

    private func prepareSockets(of transport: TransportID) {
        transports[transport] = TransportSockets()
        waitingTransports.append(transport)
        // In a turn of its own: the description that began the gathering is answered first, without candidates (webrtc-pc §4.4.1.5).
        guard lookups > 0 else { return NetworkLoop.execute { [weak self] in self?.openWaiting() } }
        _ = NetworkLoop.schedule(at: NetworkLoop.now + Self.lookupPatience) { [weak self] in self?.openWaiting() }
    }

    private func openWaiting() {
        let waiting = waitingTransports
        waitingTransports = []
        for transport in waiting where transports[transport] != nil { openSockets(of: transport) }
    }

    private func openSockets(of transport: TransportID) {
        handle(.servers(transport, gathering))
        let failures = unknownServers
        unknownServers = []
        for failure in failures { handleEvent(.candidateError(failure)) }
        for address in interfaces.addresses { openSocket(on: address, of: transport) }
        transports[transport]?.hasListedAll = true
        endListIfComplete(of: transport)
    }

    private func openSocket(on address: IPAddress, of transport: TransportID) {
        transports[transport]?.opening.insert(address)
        UDPSocket.open(on: address) { [weak self] datagram in
            self?.handle(.datagram(transport, datagram))
        } opened: { [weak self] result in
            self?.opened(result, on: address, of: transport)
        }
    }

    private func opened(_ result: Result<UDPSocket, any Error>, on address: IPAddress, of transport: TransportID) {
        guard !isClosed, transports[transport]?.opening.remove(address) != nil else {
            if case .success(let socket) = result { socket.close() }
            return
        }
        // An address that cannot be bound has just left the machine, or is not ours to use: no candidate comes of it.
        if case .success(let socket) = result {
            transports[transport]?.sockets[socket.localAddress] = socket
            handle(.localAddress(transport, socket.localAddress))
        }
        endListIfComplete(of: transport)
    }

    private func endListIfComplete(of transport: TransportID) {
        guard let state = transports[transport], state.hasListedAll, state.opening.isEmpty else { return }
        handle(.noMoreLocalAddresses(transport))
    }

    private func closeSockets(of transport: TransportID) {
        guard let state = transports.removeValue(forKey: transport) else { return }
        for socket in state.sockets.values { socket.close() }
        for stream in state.streams.values { stream.close() }
    }

    private func carryOut(_ request: RelayStream.Request, of transport: TransportID) {
        switch request {
        case .open(let id, let server):
            guard transports[transport] != nil else { return }
            transports[transport]?.streams[id] = RelayConnection(to: server) { [weak self] event in
                switch event {
                case .opened: self?.handle(.stream(transport, .opened(id)))
                case .received(let bytes): self?.handle(.stream(transport, .received(id, bytes)))
                case .closed(let reason):
                    self?.transports[transport]?.streams[id] = nil
                    self?.handle(.stream(transport, .closed(id, reason: reason)))
                }
            }
        case .send(let id, let bytes): transports[transport]?.streams[id]?.send(bytes)
        case .close(let id): transports[transport]?.streams.removeValue(forKey: id)?.close()
        }
    }

    private func interfacesChanged(to addresses: [IPAddress]) {
        for (transport, state) in transports {
            for (local, socket) in state.sockets where !addresses.contains(local.ip) {
                transports[transport]?.sockets[local] = nil
                handle(.localAddressGone(transport, local))
                socket.close()
            }
            let known = Set(state.sockets.keys.map { $0.ip }).union(state.opening)
            for address in addresses where !known.contains(address) { openSocket(on: address, of: transport) }
        }
    }
}
