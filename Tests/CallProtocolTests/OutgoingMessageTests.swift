import CallProtocol
import JSONCoding
import Testing

@Suite struct OutgoingMessageTests {
    private let document = DocumentNumber(rawValue: 3)

    @Test("a reply that is too long for the browser is still the reply to its request")
    func tooLong() throws {
        let reply = OutgoingMessage.reply(document: document, id: 9, .result(["sdp": .string(String(repeating: "a", count: 1_100_000))]))
        let json = try JSONText.parse(reply.text(seq: 7, ack: 8))
        #expect(json["type"] == "reply")
        #expect(json["id"] == 9)
        #expect(json["seq"] == 7)
        #expect(json["error"]?["code"] == 2199)
    }

    @Test("the longest message that a browser takes is sent, one byte more is not")
    func longest() throws {
        func length(_ count: Int) -> (Int, JSONValue?) {
            let text = OutgoingMessage.event(
                document: document, .trackEnded(TrackHandle(rawValue: 1), reason: String(repeating: "a", count: count))
            )
            .text(seq: 1, ack: 0)
            return (text.count, (try? JSONText.parse(text))?["type"])
        }
        let overhead = length(0).0
        #expect(length(1_048_576 - overhead) == (1_048_576, "event"))
        #expect(length(1_048_577 - overhead).1 == "error")
    }

    @Test("a message that JSON cannot carry is replaced by one that says so")
    func unrepresentable() throws {
        let event = OutgoingMessage.event(document: document, .trackEnded(TrackHandle(rawValue: 1), reason: "a\u{0}b"))
        let json = try JSONText.parse(event.text(seq: 1, ack: 0))
        #expect(json["type"] == "error")
        #expect(json["error"]?["code"] == 2199)
        let zero = OutgoingMessage.reply(document: document, id: 4, .result(["label": "a\u{0}b"]))
        #expect(try JSONText.parse(zero.text(seq: 2, ack: 0))["id"] == 4)
    }

    @Test("the numbers of errors never change")
    func numbers() {
        let codes = ProtocolError.Code.allCases.map(\.rawValue)
        #expect(
            codes == [
                1001, 1002, 1003, 1004, 1005, 1006, 1101, 1102, 1103, 1104, 1105, 1106, 1107, 1108, 1109, 1201, 1202, 1203, 1204, 1205, 1206, 1207,
                1208, 1209, 1210, 1211, 1212, 2001, 2002, 2003, 2004, 2005, 2101,
                2102, 2103,
                2104, 2105, 2106, 2199,
            ])
    }
}
