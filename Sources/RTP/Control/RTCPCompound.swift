import Primitives

/// Several control packets in one datagram (RFC 3550 §6.1).
package enum RTCPCompound {
    /// The packets of a datagram in the clear, up to the first that is malformed; none where the datagram is no RTCP.
    ///
    /// Any type may come first, as in reduced-size RTCP (RFC 5506 §3.2). What follows a malformed packet cannot be trusted to begin where
    /// it seems to; what precedes it is authentic and is used.
    package static func parse(_ bytes: [UInt8]) -> [RTCPPacket] {
        var reader = ByteReader(bytes)
        var packets: [RTCPPacket] = []
        while let first = reader.readUInt8(), let type = reader.readUInt8(), let words = reader.readUInt16() {
            guard first >> 6 == 2, let body = reader.readSlice(Int(words) * 4),
                let content = removePadding(body, isPadded: first & 0x20 != 0, of: type),
                let packet = RTCPPacket(type: type, count: Int(first & 0x1F), body: content)
            else { break }
            packets.append(packet)
        }
        return packets
    }

    /// The bytes of a compound in the clear. The caller puts a report first, unless reduced size was agreed.
    package static func bytes(of packets: [RTCPPacket]) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 128)
        for packet in packets { packet.write(into: &writer) }
        return writer.bytes
    }

    /// RFC 3550 §6.4.1: the last byte counts the padding, itself included, in whole words; but libwebrtc pads feedback on transports (205) by
    /// bytes.
    private static func removePadding(_ body: ByteReader, isPadded: Bool, of type: UInt8) -> ByteReader? {
        guard isPadded else { return body }
        guard body.remaining > 0 else { return nil }
        let padding = Int(body.bytes[body.end - 1])
        guard padding > 0, padding % 4 == 0 || type == 205, padding <= body.remaining else { return nil }
        return ByteReader(body.bytes, in: body.position..<body.end - padding)
    }
}
