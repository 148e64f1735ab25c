import Glibc
import Primitives

/// The addresses this machine can send from, as ICE wants them (RFC 8445 §5.1.1.1).
package enum NetworkInterfaces {
    /// The unicast addresses of interfaces that are up, in the kernel's order.
    ///
    /// Loopback addresses come only where there are no others, so that two programs on a machine without a network still meet.
    /// What `policy` does not permit does not come. Link-local IPv6 addresses come with their zone. Deprecated and tunnelled IPv6 forms (RFC 8445 §5.1.1.1) are left out.
    package static func addresses(policy: NetworkPolicy = NetworkPolicy()) -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [IPAddress] = []
        var loopback: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = entry.ifa_flags
            guard flags & UInt32(IFF_UP) != 0, let address = entry.ifa_addr.flatMap(IPAddress.init(socketAddress:)),
                !address.isUnspecified, !address.isSiteLocalOrMapped, policy.permits(address),
                policy.permits(interface: String(cString: entry.ifa_name))
            else { continue }
            if address.isLoopback {
                loopback.append(address)
            } else if !found.contains(address) {
                found.append(address)
            }
        }
        return found.isEmpty ? loopback : found
    }
}

extension IPAddress {
    /// From the kernel's form; `nil` for families other than IPv4 and IPv6.
    init?(socketAddress pointer: UnsafeMutablePointer<sockaddr>) {
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET:
            self = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr)) }
        case AF_INET6:
            let address = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                let octets = withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
                return (IPAddress(octets: octets), pointer.pointee.sin6_scope_id)
            }
            guard case .v6(let high, let low, _)? = address.0 else { return nil }
            self = .v6(high: high, low: low, zone: high >> 54 == 0xFE80 >> 6 ? address.1 : 0)
        default:
            return nil
        }
    }

    /// fec0::/10, ::ffff:0:0/96 and ::/96, which RFC 8445 §5.1.1.1 keeps out of candidates.
    fileprivate var isSiteLocalOrMapped: Bool {
        guard case .v6(let high, let low, _) = self else { return false }
        return high >> 54 == 0xFEC0 >> 6 || (high == 0 && low != 1 && (low >> 32 == 0xFFFF || low >> 32 == 0))
    }
}
