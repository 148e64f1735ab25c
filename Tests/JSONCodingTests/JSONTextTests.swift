import JSONCoding
import Testing

@Suite struct JSONTextTests {
    @Test("values survive the way out and back", arguments: [
        JSONValue.null, true, 0, -9_223_372_036_854_775_808, 0.5, "", "grüß “dich” \u{1F399}", [], [:],
        ["a": [1, 2.5, nil, ["b": false]], "é": "x\n\t\"\\"],
    ] as [JSONValue])
    func roundTrip(value: JSONValue) throws {
        #expect(try JSONText.parse(JSONText.write(value)) == value)
    }

    @Test("equal values give equal texts, without white space")
    func canonical() throws {
        let bytes = try JSONText.write(["b": 1, "a": ["x": nil]])
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":{"x":null},"b":1}"#)
    }

    @Test("what is no strict JSON is refused", arguments: [
        "", " ", "{", "{}x", "{\"a\":1,\"a\":2}", "[1,]", "\"\\u0000\"", "99999999999999999999", "nul", "'a'", "\"\u{1}\"",
        String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000),
    ])
    func malformed(text: String) {
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(text.utf8) }
    }

    @Test("bytes that are no UTF-8 are refused", arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func badUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(bytes) }
    }

    @Test("what JSON has no form for is refused")
    func unrepresentable() {
        #expect(throws: JSONError(.unrepresentable, "")) { try JSONText.write(.number(.infinity)) }
        #expect(throws: JSONError(.unrepresentable, "")) { try JSONText.write("a\u{0}") }
        #expect(throws: JSONError(.unrepresentable, "")) { try JSONValue(encoding: [UInt64.max]) }
        #expect(throws: JSONError(.unrepresentable, "")) { try JSONValue(encoding: Double.nan) }
    }
}
