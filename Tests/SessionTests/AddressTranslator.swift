import Primitives

/// A NAT between a private network and the rest (RFC 4787).
struct AddressTranslator {
    enum Behaviour: CaseIterable {
        /// One mapping an inner address; anybody may answer. RFC 4787 calls both endpoint-independent.
        case fullCone
        /// One mapping; only addresses that were sent to may answer.
        case addressRestricted
        /// One mapping; only address and port that were sent to may answer.
        case portRestricted
        /// A mapping for each destination: what a STUN server sees is of no use to others.
        case symmetric
    }

    private struct Mapping {
        var inside: SocketAddress
        /// The destination it was made for; used by `symmetric` only.
        var destination: SocketAddress?
        var contacted: Set<SocketAddress> = []
    }

    let behaviour: Behaviour
    /// The /24 behind the translator: the upper 24 bits.
    let prefix: UInt32
    let outside: IPAddress
    private var mappings: [UInt16: Mapping] = [:]
    private var nextPort: UInt16 = 40_000

    /// Translates 10.0.`network`.0/24 to `outside`.
    init(_ behaviour: Behaviour, network: UInt8, outside: IPAddress) {
        self.behaviour = behaviour
        prefix = 10 << 16 | UInt32(network)
        self.outside = outside
    }

    func isInside(_ address: IPAddress) -> Bool {
        guard case .v4(let bits) = address else { return false }
        return bits >> 8 == prefix
    }

    /// The outer address of a datagram that leaves.
    mutating func outbound(from inside: SocketAddress, to destination: SocketAddress) -> SocketAddress {
        let key = behaviour == .symmetric ? destination : nil
        let port = mappings.first { $0.value.inside == inside && $0.value.destination == key }?.key ?? addMapping(inside, key)
        mappings[port]?.contacted.insert(destination)
        return SocketAddress(ip: outside, port: port)
    }

    /// The inner address of a datagram that arrives; `nil` where it is filtered.
    func inbound(to port: UInt16, from source: SocketAddress) -> SocketAddress? {
        guard let mapping = mappings[port] else { return nil }
        switch behaviour {
        case .fullCone: return mapping.inside
        case .addressRestricted: return mapping.contacted.contains { $0.ip == source.ip } ? mapping.inside : nil
        case .portRestricted, .symmetric: return mapping.contacted.contains(source) ? mapping.inside : nil
        }
    }

    private mutating func addMapping(_ inside: SocketAddress, _ destination: SocketAddress?) -> UInt16 {
        nextPort += 1
        mappings[nextPort] = Mapping(inside: inside, destination: destination)
        return nextPort
    }
}
