import CZlib

/// Takes the messages of a `MessageDeflater` apart again. What comes is not trusted: a message has its limit, however few bytes announce it.
package final class MessageInflater {
    package enum Failure: Error, Hashable {
        /// No DEFLATE, or not of this stream.
        case malformed
        /// More bytes than a message may have.
        case tooLong
    }

    /// What a flush leaves, and the sender leaves out (RFC 7692 §7.2.1).
    static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    private static let chunk = 16384

    private let stream: UnsafeMutablePointer<z_stream>
    private let longestMessage: Int
    private var hasFailed = false

    /// - Parameter longestMessage: bytes that a message may have.
    package init(longestMessage: Int) {
        self.longestMessage = longestMessage
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = nearend_inflate_init(stream)
        precondition(status == Z_OK, "zlib has no memory for a stream")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The message. After a failure there is none any more: the streams are not in step.
    package func inflate(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        guard !hasFailed else { throw .malformed }
        var input = bytes + Self.tail
        var message: [UInt8] = []
        var failure: Failure?
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat { failure = inflateChunk(into: &message) } while failure == nil && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
        }
        if let failure {
            hasFailed = true
            throw failure
        }
        return message
    }

    private func inflateChunk(into message: inout [UInt8]) -> Failure? {
        var status = Z_OK
        let part = [UInt8](unsafeUninitializedCapacity: Self.chunk) { output, count in
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(Self.chunk)
            status = CZlib.inflate(stream, Z_SYNC_FLUSH)
            count = Self.chunk - Int(stream.pointee.avail_out)
        }
        message += part
        if message.count > longestMessage { return .tooLong }
        // A buffer error says that there was nothing to do, which is so where the last chunk was filled to its end. A stream has no end of its own.
        if status == Z_BUF_ERROR, stream.pointee.avail_in == 0 { return nil }
        return status == Z_OK ? nil : .malformed
    }
}
