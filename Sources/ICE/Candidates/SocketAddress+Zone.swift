import Primitives

extension IPAddress {
    /// As it goes on the wire: a zone has a meaning only inside the machine (RFC 4007 §6).
    var withoutZone: IPAddress {
        switch self {
        case .v4: self
        case .v6(let high, let low, _): .v6(high: high, low: low, zone: 0)
        }
    }

    /// The zone of a link-local address of IPv6, else 0.
    fileprivate var zone: UInt32 {
        switch self {
        case .v4: 0
        case .v6(_, _, let zone): zone
        }
    }
}

extension SocketAddress {
    var withoutZone: SocketAddress { SocketAddress(ip: ip.withoutZone, port: port) }

    /// As a socket bound to `base` must address it: a link-local address lies on the base's link.
    func reached(from base: SocketAddress) -> SocketAddress {
        guard case .v6(let high, let low, _) = ip else { return self }
        return SocketAddress(ip: .v6(high: high, low: low, zone: ip.isLinkLocal ? base.ip.zone : 0), port: port)
    }

    /// Whether a socket bound to `base` has any use for this address: same family, and link-local addresses of IPv6 only with
    /// their like (RFC 8445 §6.1.2.2).
    func canBeReached(from base: SocketAddress) -> Bool {
        guard ip.isV6 == base.ip.isV6 else { return false }
        return !ip.isV6 || ip.isLinkLocal == base.ip.isLinkLocal
    }
}
