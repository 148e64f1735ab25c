import Primitives

/// The form of an address in MAPPED-ADDRESS and XOR-MAPPED-ADDRESS (RFC 8489 §14.1, §14.2).
enum STUNAddressCoding {
    /// What the port and the address are combined with.
    enum Mask {
        /// MAPPED-ADDRESS: nothing.
        case none
        /// XOR-MAPPED-ADDRESS: the magic cookie, followed by the transaction id for IPv6.
        case transaction(STUNTransactionID)

        /// Sixteen octets, enough for either family.
        var octets: [UInt8] {
            switch self {
            case .none: Array(repeating: 0, count: 16)
            case .transaction(let id): [0x21, 0x12, 0xA4, 0x42] + id.octets
            }
        }
    }

    static func write(_ address: SocketAddress, mask: Mask) -> [UInt8] {
        let octets = mask.octets
        var writer = ByteWriter(reservingCapacity: 20)
        writer.write(UInt8(0))
        writer.write(UInt8(address.ip.isV6 ? 2 : 1))
        writer.write(address.port ^ (UInt16(octets[0]) << 8 | UInt16(octets[1])))
        writer.write(zip(address.ip.octets, octets).map { $0 ^ $1 })
        return writer.bytes
    }

    /// `nil` for an unknown family and for a length that is not the family's.
    static func parse(_ value: [UInt8], mask: Mask) -> SocketAddress? {
        let octets = mask.octets
        var reader = ByteReader(value)
        guard reader.skip(1), let family = reader.readUInt8(), let port = reader.readUInt16() else { return nil }
        guard family == 1 && reader.remaining == 4 || family == 2 && reader.remaining == 16 else { return nil }
        guard let ip = IPAddress(octets: zip(reader.readRest(), octets).map { $0 ^ $1 }) else { return nil }
        return SocketAddress(ip: ip, port: port ^ (UInt16(octets[0]) << 8 | UInt16(octets[1])))
    }
}
