import JSEP
import NIOCore
import Primitives

/// Gives a `PeerConnection` what it may not have of its own: sockets, the clock, names and the list of interfaces.
///
/// Every entry drains the machine before it returns, so that nothing it wants done is left lying.
@NetworkLoop
package final class ConnectionDriver {
    private struct TransportSockets {
        var sockets: [SocketAddress: UDPSocket] = [:]
        /// Addresses whose socket is being bound.
        var opening: Set<IPAddress> = []
        var hasListedAll = false
    }

    private let peer: PeerConnection
    private let resolver: HostNameResolver
    private let interfaces: InterfaceWatcher
    private let handleEvent: @NetworkLoop (PeerConnection.Event) -> Void
    private var transports: [TransportID: TransportSockets] = [:]
    private var interfaceListener: Int?
    private var timer: (deadline: Instant, task: Scheduled<Void>)?
    private var isClosed = false

    /// - Parameter handleEvent: gets the machine's events, in order, while it is being drained.
    package init(
        peer: sending PeerConnection, resolver: HostNameResolver, interfaces: InterfaceWatcher,
        handleEvent: @escaping @NetworkLoop (PeerConnection.Event) -> Void
    ) {
        self.peer = peer
        self.resolver = resolver
        self.interfaces = interfaces
        self.handleEvent = handleEvent
        interfaceListener = interfaces.addListener { [weak self] addresses in self?.interfacesChanged(to: addresses) }
    }

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

    private func drain() {
        while !isClosed {
            switch peer.pollOutput() {
            case .transmit(let transport, let datagram):
                transports[transport]?.sockets[datagram.local]?.send(datagram.bytes, to: datagram.remote)
            case .event(let event):
                handleEvent(event)
            case .openSockets(let transport):
                openSockets(of: transport)
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

    private func openSockets(of transport: TransportID) {
        transports[transport] = TransportSockets()
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
        for socket in transports.removeValue(forKey: transport)?.sockets.values.map({ $0 }) ?? [] { socket.close() }
    }

    private func interfacesChanged(to addresses: [IPAddress]) {
        for (transport, state) in transports {
            for (local, socket) in state.sockets where !addresses.contains(local.ip) {
                transports[transport]?.sockets[local] = nil
                handle(.localAddressGone(transport, local))
                socket.close()
            }
            let known = Set(state.sockets.keys.map(\.ip)).union(state.opening)
            for address in addresses where !known.contains(address) { openSocket(on: address, of: transport) }
        }
    }
}
