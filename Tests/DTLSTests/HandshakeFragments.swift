import Primitives

/// Cuts the one handshake message of a datagram into fragments, each in a record and a datagram of its own (RFC 6347 §4.2.3).
enum HandshakeFragments {
    static func split(_ datagram: [UInt8], into count: Int) -> [[UInt8]] {
        let message = Array(datagram[13 + 12..<datagram.count])
        let size = (message.count + count - 1) / count
        return (0..<count).map { index in
            let range = min(index * size, message.count)..<min((index + 1) * size, message.count)
            var writer = ByteWriter()
            // Type, version and epoch as they were; a sequence number for each, that the sender has not used and will not.
            writer.write(datagram[0..<5])
            writer.write(UInt32(0))
            writer.write(UInt16(30 + index))
            writer.write(UInt16(12 + range.count))
            // Type, length and number of the message as they were.
            writer.write(datagram[13..<19])
            writer.writeUInt24(UInt32(range.lowerBound))
            writer.writeUInt24(UInt32(range.count))
            writer.write(message[range])
            return writer.bytes
        }
    }
}
