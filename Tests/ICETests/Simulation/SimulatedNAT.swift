import Primitives

/// A translator of addresses between some hosts and the rest of the world (RFC 4787 §4, §5).
struct SimulatedNAT {
    enum Kind: CaseIterable {
        /// One mapping for a socket, open to all.
        case fullCone
        /// One mapping for a socket, open to hosts that it has sent to.
        case addressRestricted
        /// One mapping for a socket, open to sockets that it has sent to.
        case portRestricted
        /// A mapping for each destination, open to that destination.
        case symmetric
    }

    private struct Mapping {
        let inside: SocketAddress
        /// Only for symmetric NATs.
        let destination: SocketAddress?
        let port: UInt16
        var sentTo: Set<SocketAddress> = []
        var usedAt: Instant
    }

    let kind: Kind
    var outside: IPAddress
    let inside: Set<IPAddress>
    /// A mapping through which nothing has been sent for so long is forgotten.
    var lifetime = Duration.seconds(30)
    private var mappings: [Mapping] = []
    private var nextPort: UInt16 = 20000

    init(_ kind: Kind, outside: IPAddress, inside: Set<IPAddress>) {
        self.kind = kind
        self.outside = outside
        self.inside = inside
    }

    /// The source that the world sees.
    mutating func translate(_ source: SocketAddress, to destination: SocketAddress, at now: Instant) -> SocketAddress {
        mappings.removeAll { now >= $0.usedAt + lifetime }
        let key = kind == .symmetric ? destination : nil
        let index: Int
        if let known = mappings.firstIndex(where: { $0.inside == source && $0.destination == key }) {
            index = known
        } else {
            nextPort += 7
            mappings.append(Mapping(inside: source, destination: key, port: nextPort, usedAt: now))
            index = mappings.count - 1
        }
        mappings[index].sentTo.insert(destination)
        mappings[index].usedAt = now
        return SocketAddress(ip: outside, port: mappings[index].port)
    }

    /// The host inside that gets a datagram, or `nil` where it is dropped.
    func admit(to destination: SocketAddress, from source: SocketAddress, at now: Instant) -> SocketAddress? {
        guard let mapping = mappings.first(where: { $0.port == destination.port && now < $0.usedAt + lifetime }) else {
            return nil
        }
        let isOpen =
            switch kind {
            case .fullCone: true
            case .addressRestricted: mapping.sentTo.contains { $0.ip == source.ip }
            case .portRestricted, .symmetric: mapping.sentTo.contains(source)
            }
        return isOpen ? mapping.inside : nil
    }

    /// Forgets all, as a router that restarts.
    mutating func reset() { mappings = [] }
}
