import NIOCore
import NIOEmbedded
import NativeMessaging
import Testing

@Suite struct NativeMessageEncoderTests {
    @Test("a message is preceded by its length in the machine's order")
    func length() throws {
        let channel = EmbeddedChannel(handler: MessageToByteHandler(NativeMessageEncoder()))
        try channel.writeOutbound(Array("{}".utf8))
        var written = try #require(try channel.readOutbound(as: ByteBuffer.self))
        let length = written.readInteger(endianness: .host, as: UInt32.self)
        #expect(length == 2)
        #expect(String(buffer: written) == "{}")
    }

    @Test("the longest message that a browser takes is written, one byte more is refused and leaves the stream whole")
    func limit() throws {
        let channel = EmbeddedChannel(handler: MessageToByteHandler(NativeMessageEncoder()))
        try channel.writeOutbound([UInt8](repeating: 0x20, count: 1_048_576))
        #expect(throws: NativeMessagingError.messageTooLong(length: 1_048_577)) {
            try channel.writeOutbound([UInt8](repeating: 0x20, count: 1_048_577))
        }
        #expect(try channel.readOutbound(as: ByteBuffer.self)?.readableBytes == 1_048_580)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }
}
