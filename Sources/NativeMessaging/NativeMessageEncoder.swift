import NIOCore

/// Puts a message's length before it, 32 bits in the machine's own byte order.
///
/// Throws `NativeMessagingError.messageTooLong` for what the browser would not take; nothing has been written then.
package struct NativeMessageEncoder: MessageToByteEncoder {
    package typealias OutboundIn = [UInt8]

    package init() {}

    package func encode(data: [UInt8], out: inout ByteBuffer) throws {
        guard data.count <= NativeMessageLimits.toBrowser else { throw NativeMessagingError.messageTooLong(length: data.count) }
        out.writeInteger(UInt32(data.count), endianness: .host)
        out.writeBytes(data)
    }
}
