import NIOCore

/// Cuts the browser's stream into messages: each is its length, 32 bits in the machine's own byte order, and that many bytes of JSON.
///
/// Messages arrive however the pipe splits or joins them. An empty message is a message; that it is no JSON is for others to say.
/// Throws `NativeMessagingError` where the stream can no longer be understood, and is not called again after that.
package struct NativeMessageDecoder: NIOSingleStepByteToMessageDecoder {
    package typealias InboundOut = ByteBuffer

    /// Bytes a message may have.
    private let maximumLength: Int

    package init(maximumLength: Int = NativeMessageLimits.fromBrowser) {
        self.maximumLength = maximumLength
    }

    package mutating func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, endianness: .host, as: UInt32.self) else { return nil }
        // Judged before the message is there: nobody waits for bytes that we would not take.
        guard length <= maximumLength else { throw NativeMessagingError.frameTooLong(length: Int(length)) }
        let header = NativeMessageLimits.headerLength
        guard buffer.readableBytes >= header + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: header)
        return buffer.readSlice(length: Int(length))
    }

    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? {
        if let message = try decode(buffer: &buffer) { return message }
        guard seenEOF, buffer.readableBytes > 0 else { return nil }
        let header = NativeMessageLimits.headerLength
        let length = buffer.getInteger(at: buffer.readerIndex, endianness: .host, as: UInt32.self).map(Int.init) ?? 0
        let missing = header + length - buffer.readableBytes
        buffer.clear()
        throw NativeMessagingError.truncated(missing: missing)
    }
}
