import NIOCore
import NIOPosix
import Primitives

/// Asks the local network for the addresses behind `.local` names (RFC 6762 §5.1: one-shot queries from an ordinary port).
///
/// A question goes out at once, and again after one and after three seconds; after five nobody is expected to answer any more.
@NetworkLoop
final class MulticastDNSClient {
    private typealias Completion = @Sendable @NetworkLoop ([IPAddress]) -> Void

    private static let groupV4 = Primitives.SocketAddress(ip: .v4(0xE000_00FB), port: 5353)
    private static let resendAfter: [Duration] = [.seconds(1), .seconds(3)]
    private static let giveUpAfter = Duration.seconds(5)
    /// Names asked for at once; a page cannot make the engine ask for more.
    private static let maximumQuestions = 32

    private var waiting: [String: [Completion]] = [:]
    /// One socket an interface: a multicast leaves by the interface its socket is bound to.
    private var sockets: [UDPSocket] = []

    func resolve(_ name: String, completion: @escaping @Sendable @NetworkLoop ([IPAddress]) -> Void) {
        let name = name.lowercased()
        guard let query = MulticastDNSMessage.query(name: name), waiting.count < Self.maximumQuestions || waiting[name] != nil else {
            NetworkLoop.execute { completion([]) }
            return
        }
        waiting[name, default: []].append(completion)
        guard waiting[name]?.count == 1 else { return }
        if sockets.isEmpty { openSockets() }
        send(query)
        let now = NetworkLoop.now
        for delay in Self.resendAfter {
            _ = NetworkLoop.schedule(at: now + delay) { [weak self] in
                if self?.waiting[name] != nil { self?.send(query) }
            }
        }
        _ = NetworkLoop.schedule(at: now + Self.giveUpAfter) { [weak self] in self?.finish(name, with: []) }
    }

    /// Opens the sockets and puts every open question to each as soon as it is there.
    private func openSockets() {
        for address in NetworkInterfaces.addresses() where !address.isV6 {
            UDPSocket.open(on: address) { [weak self] datagram in
                self?.received(datagram)
            } opened: { [weak self] result in
                guard let self, case .success(let socket) = result else { return }
                sockets.append(socket)
                for query in waiting.keys.compactMap(MulticastDNSMessage.query) { socket.send(query, to: Self.groupV4) }
            }
        }
    }

    private func send(_ query: [UInt8]) {
        for socket in sockets { socket.send(query, to: Self.groupV4) }
    }

    private func received(_ datagram: Datagram) {
        var found: [String: [IPAddress]] = [:]
        for (name, address) in MulticastDNSMessage.addresses(inResponse: datagram.bytes) { found[name, default: []].append(address) }
        for (name, addresses) in found { finish(name, with: addresses) }
    }

    private func finish(_ name: String, with addresses: [IPAddress]) {
        for completion in waiting.removeValue(forKey: name) ?? [] { completion(addresses) }
        guard waiting.isEmpty else { return }
        for socket in sockets { socket.close() }
        sockets = []
    }
}
