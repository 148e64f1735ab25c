/// An address of the Internet Protocol, either version.
package enum IPAddress: Sendable, Hashable {
    /// Four octets, the first in the most significant byte.
    case v4(UInt32)
    /// Sixteen octets as two halves, each with its first octet in the most significant byte; link-local addresses carry
    /// the index of their interface as zone (0: none), which never goes on the wire.
    case v6(high: UInt64, low: UInt64, zone: UInt32)

    package var isV6: Bool {
        switch self {
        case .v4: false
        case .v6: true
        }
    }

    /// 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1 (RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        switch self {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low, _): high == 0 && low == 1
        }
    }

    /// 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 §2.5.6).
    package var isLinkLocal: Bool {
        switch self {
        case .v4(let bits): bits >> 16 == 0xA9FE
        case .v6(let high, _, _): high >> 54 == 0xFE80 >> 6
        }
    }

    /// 0.0.0.0 or ::.
    package var isUnspecified: Bool {
        switch self {
        case .v4(let bits): bits == 0
        case .v6(let high, let low, _): high == 0 && low == 0
        }
    }

    /// The octets in network order: 4 or 16 of them.
    package var octets: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 16)
        switch self {
        case .v4(let bits): writer.write(bits)
        case .v6(let high, let low, _):
            writer.write(high)
            writer.write(low)
        }
        return writer.bytes
    }

    /// From 4 or 16 octets in network order; `nil` for any other count.
    package init?(octets: [UInt8]) {
        var reader = ByteReader(octets)
        if octets.count == 4, let bits = reader.readUInt32() {
            self = .v4(bits)
        } else if octets.count == 16, let high = reader.readUInt64(), let low = reader.readUInt64() {
            self = .v6(high: high, low: low, zone: 0)
        } else {
            return nil
        }
    }
}
