import CallProtocol
import JSONCoding
import Testing

@Suite struct DataPayloadTests {
    @Test("a text travels as it is, bytes in base64")
    func plain() {
        #expect(DataPayload(isText: true, bytes: Array("grüß\t\r\n".utf8)) == DataPayload(text: "grüß\t\r\n", data: nil, isText: nil))
        #expect(DataPayload(isText: false, bytes: [0, 255]) == DataPayload(text: nil, data: "AP8=", isText: nil))
    }

    @Test("a text that JSON cannot say, or would blow up, travels in base64 and comes back", arguments: ["a\0b", "\u{1}", "\u{1B}[0m"])
    func control(text: String) throws {
        let payload = DataPayload(isText: true, bytes: Array(text.utf8))
        #expect(payload.text == nil && payload.isText == true)
        let content = try #require(payload.content)
        #expect(content.isText && content.bytes == Array(text.utf8))
    }

    @Test("a text that is no UTF-8 is repaired")
    func repaired() {
        #expect(DataPayload(isText: true, bytes: [0x61, 0xFF]).text == "a\u{FFFD}")
    }

    @Test("a message of 256 KiB fits a frame, whatever it is", arguments: [UInt8(0), 0x01, 0x22, 0x5C, 0x0A, 0x61, 0xFF])
    func fits(byte: UInt8) throws {
        for isText in [true, false] {
            let payload = DataPayload(isText: isText, bytes: [UInt8](repeating: byte, count: 256 * 1024))
            let event = Event.dataChannelMessage(ConnectionHandle(rawValue: 1), ChannelID(rawValue: 1), payload)
            #expect(OutgoingMessage.event(document: DocumentNumber(rawValue: 1), event).text(seq: 1, ack: 0).count < 1_048_576)
        }
    }

    @Test("neither, both, or what is no base64 is no message")
    func refused() {
        #expect(DataPayload(text: nil, data: nil, isText: nil).content == nil)
        #expect(DataPayload(text: "a", data: "YQ==", isText: nil).content == nil)
        #expect(DataPayload(text: nil, data: "Y", isText: nil).content == nil)
    }
}
