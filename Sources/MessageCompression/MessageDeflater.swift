import CZlib

/// Compresses the messages of one direction of a session, each with those before it as its dictionary: the JSON of an event resembles the last one's.
///
/// As the WebSocket extension permessage-deflate does it (RFC 7692 §7.2.1, with context takeover): raw DEFLATE (RFC 1951), each message flushed to a whole byte,
/// without the four bytes 00 00 FF FF that this leaves at its end. Messages are to be inflated in the order in which they were deflated, each once.
package final class MessageDeflater {
    private let stream: UnsafeMutablePointer<z_stream>

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = nearend_deflate_init(stream)
        precondition(status == Z_OK, "zlib has no memory for a stream")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    package func deflate(_ message: [UInt8]) -> [UInt8] {
        // zlib has nothing to flush then; RFC 7692 §7.2.3.6 has this byte in its place.
        guard !message.isEmpty else { return [0x00] }
        var input = message
        // A flush adds a few bytes to what deflateBound allows for, and never as many as these.
        let bound = Int(deflateBound(stream, UInt(input.count))) + 64
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(bound)
                let status = CZlib.deflate(stream, Z_SYNC_FLUSH)
                precondition(status == Z_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0, "a flush has room for all of its output")
            }
            count = bound - Int(stream.pointee.avail_out) - MessageInflater.tail.count
        }
    }
}
