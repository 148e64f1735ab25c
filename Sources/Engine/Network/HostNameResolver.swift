import Glibc
import NIOCore
import NIOPosix
import Primitives

/// Names of STUN servers and of remote candidates, turned into addresses without blocking the loop.
///
/// Names that end in `.local` go to multicast DNS (RFC 6762), which browsers use to hide the addresses of their host candidates
/// (draft-ietf-mmusic-mdns-ice-candidates); all others to the system's resolver on a thread of its own.
@NetworkLoop
package final class HostNameResolver {
    private let threads = NIOThreadPool(numberOfThreads: 2)
    private var multicast: MulticastDNSClient?

    package init() { threads.start() }

    /// Calls back once, on the loop, with all addresses that were found; none when there is no such name.
    package func resolve(_ name: String, completion: @escaping @Sendable @NetworkLoop ([IPAddress]) -> Void) {
        if let address = IPAddress(name) {
            NetworkLoop.execute { completion([address]) }
        } else if name.lowercased().hasSuffix(".local") {
            let client = multicast ?? MulticastDNSClient()
            multicast = client
            client.resolve(name, completion: completion)
        } else {
            threads.runIfActive(eventLoop: NetworkLoop.eventLoop) { Self.lookUp(name) }
                .whenComplete { result in
                    NetworkLoop.assumeIsolated { completion((try? result.get()) ?? []) }
                }
        }
    }

    /// Asks the system's resolver; blocks.
    private nonisolated static func lookUp(_ name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            if let address = entry.ai_addr.flatMap(IPAddress.init(socketAddress:)), !found.contains(address) { found.append(address) }
        }
        return found
    }
}
