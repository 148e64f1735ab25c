import Primitives

/// Whether a packet is worth showing to the library: whole chunks of the kinds that data channels use, and nothing else.
///
/// The library is C and has a long list of extensions that no data channel uses (addresses that come and go, authentication, packet-drop
/// reports); its past faults were mostly there. What is turned away here never reaches it.
package enum SCTPPacketCheck {
    /// RFC 9260 §3.2, RFC 3758 §3.2, RFC 6525 §3.1, with the least that each holds, its own header of four bytes included.
    private static let smallestChunks: [UInt8: Int] = [
        0: 17,  // DATA, at least one byte of it
        1: 20,  // INIT
        2: 20,  // INIT ACK
        3: 16,  // SACK
        4: 8,  // HEARTBEAT
        5: 8,  // HEARTBEAT ACK
        6: 4,  // ABORT
        7: 8,  // SHUTDOWN
        8: 4,  // SHUTDOWN ACK
        9: 4,  // ERROR
        10: 5,  // COOKIE ECHO
        11: 4,  // COOKIE ACK
        14: 4,  // SHUTDOWN COMPLETE
        130: 8,  // RE-CONFIG
        192: 8,  // FORWARD TSN
    ]
    /// Common header (RFC 9260 §3.1).
    private static let headerByteCount = 12
    /// More chunks than fit in an honest packet of ours or a browser's, whose smallest useful ones have 16 bytes.
    private static let chunkLimit = 128

    /// - Parameter port: both ends' (RFC 8841 §5).
    package static func isPlausible(_ packet: [UInt8], sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        var reader = ByteReader(packet)
        guard reader.readUInt16() == sourcePort, reader.readUInt16() == destinationPort,
            reader.skip(headerByteCount - 4), !reader.isAtEnd
        else { return false }
        var count = 0
        while !reader.isAtEnd {
            guard let type = reader.readUInt8(), reader.skip(1), let length = reader.readUInt16().map(Int.init),
                let smallest = smallestChunks[type], length >= smallest, var body = reader.readSlice(length - 4)
            else { return false }
            count += 1
            guard count <= chunkLimit else { return false }
            // RFC 9260 §3.2: padded to four bytes; the last one's padding may be missing.
            _ = reader.skip(min((4 - length % 4) % 4, reader.remaining))
            // §3.2.2, §3.3.3: these travel alone.
            if type == 1 || type == 2 {
                guard count == 1, reader.isAtEnd, body.skip(16), hasWholeParameters(&body) else { return false }
            }
            if type == 130 { guard hasWholeParameters(&body) else { return false } }
        }
        return true
    }

    /// RFC 9260 §3.2.1.
    private static func hasWholeParameters(_ reader: inout ByteReader) -> Bool {
        while !reader.isAtEnd {
            guard reader.skip(2), let length = reader.readUInt16().map(Int.init), length >= 4, reader.skip(length - 4) else { return false }
            _ = reader.skip(min((4 - length % 4) % 4, reader.remaining))
        }
        return true
    }
}
