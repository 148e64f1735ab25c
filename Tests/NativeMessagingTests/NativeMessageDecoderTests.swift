import NIOCore
import NIOEmbedded
import NIOTestUtils
import NativeMessaging
import Testing

@Suite struct NativeMessageDecoderTests {
    private func frame(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt32(text.utf8.count), endianness: .host)
        buffer.writeString(text)
        return buffer
    }

    private func channel(maximumLength: Int = NativeMessageLimits.fromBrowser) -> EmbeddedChannel {
        EmbeddedChannel(handler: ByteToMessageHandler(NativeMessageDecoder(maximumLength: maximumLength)))
    }

    @Test("messages come out however their bytes come in")
    func verified() throws {
        let texts = ["{}", "", #"{"type":"hello"}"#, String(repeating: "ä", count: 500)]
        try ByteToMessageDecoderVerifier.verifyDecoder(
            inputOutputPairs: texts.map { (frame($0), [ByteBuffer(string: $0)]) }, decoderFactory: { NativeMessageDecoder() })
    }

    @Test("an empty message is a message")
    func empty() throws {
        let channel = channel()
        try channel.writeInbound(frame(""))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer())
    }

    @Test("the longest message is taken, and one byte more is refused before it is there")
    func limit() throws {
        let channel = channel(maximumLength: 8)
        try channel.writeInbound(frame("12345678"))
        #expect(try channel.readInbound(as: ByteBuffer.self)?.readableBytes == 8)
        var header = ByteBuffer()
        header.writeInteger(UInt32(9), endianness: .host)
        #expect(throws: NativeMessagingError.frameTooLong(length: 9)) { try channel.writeInbound(header) }
    }

    @Test("the limit is the browsers': 64 MiB")
    func realLimit() throws {
        var header = ByteBuffer()
        header.writeInteger(UInt32(67_108_865), endianness: .host)
        #expect(throws: NativeMessagingError.frameTooLong(length: 67_108_865)) { try channel().writeInbound(header) }
        header.setInteger(UInt32(67_108_864), at: 0, endianness: .host)
        #expect(throws: Never.self) { try channel().writeInbound(header) }
        header.setInteger(UInt32.max, at: 0, endianness: .host)
        #expect(throws: NativeMessagingError.frameTooLong(length: 4_294_967_295)) { try channel().writeInbound(header) }
    }

    @Test("nothing is understood after the framing is lost")
    func lost() throws {
        let channel = channel(maximumLength: 8)
        #expect(throws: (any Error).self) { try channel.writeInbound(frame("123456789")) }
        _ = try? channel.writeInbound(frame("{}"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
    }

    @Test(
        "an end between messages is clean, an end inside one is told",
        arguments: [(0, nil), (1, 4), (3, 4), (4, 2), (5, 1), (6, nil)] as [(Int, Int?)])
    func end(count: Int, missing: Int?) throws {
        let channel = channel()
        var bytes = frame("{}")
        if let part = bytes.readSlice(length: count), part.readableBytes > 0 { try channel.writeInbound(part) }
        if let missing {
            // Of a length that has not come in full nobody knows what would have followed.
            let expected = count < 4 ? missing - count : missing
            #expect(throws: NativeMessagingError.truncated(missing: expected)) { try channel.finish() }
        } else {
            #expect(throws: Never.self) { try channel.finish() }
        }
    }
}
