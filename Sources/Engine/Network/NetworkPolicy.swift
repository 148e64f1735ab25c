import Glibc
import Primitives

/// Where a device lets its engine's media go, whatever a page asks for.
package struct NetworkPolicy: Sendable, Hashable {
    /// Media goes through relays only, as a page may ask for itself (`iceTransportPolicy`, webrtc-pc §4.2.5).
    package var isRelayOnly = false
    /// Whether private, link-local and loopback addresses may be used and reached.
    package var allowsPrivateAddresses = true
    /// Names of interfaces, with `*` and `?` as fnmatch(3) has them; empty: all.
    package var interfaces: [String] = []

    package init() {}

    func permits(_ address: IPAddress) -> Bool { allowsPrivateAddresses || !address.isPrivate }

    func permits(interface name: String) -> Bool { interfaces.isEmpty || interfaces.contains { fnmatch($0, name, 0) == 0 } }
}

extension IPAddress {
    /// Not to be reached from the whole Internet: RFC 1918, RFC 6598, loopback, link-local, unique local (RFC 4193).
    var isPrivate: Bool {
        if isLoopback || isLinkLocal || isUnspecified { return true }
        switch self {
        case .v4(let bits):
            return bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8 || bits >> 22 == 0x6440 >> 6
        case .v6(let high, let low, _):
            // An IPv4 address in IPv6's clothes is what it is there (RFC 4291 §2.5.5.2).
            if high == 0, low >> 32 == 0xFFFF { return IPAddress.v4(UInt32(truncatingIfNeeded: low)).isPrivate }
            return high >> 57 == 0xFC >> 1
        }
    }
}
