import JSONCoding
import Testing

@Suite struct JSONTextTests {
    @Test(
        "values survive the way out and back",
        arguments: [
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

    @Test(
        "what is no strict JSON is refused",
        arguments: [
            "", " ", "{", "{}x", "{\"a\":1,\"a\":2}", "[1,]", "\"\\u0000\"", "1e999", "nul", "'a'", "\"\u{1}\"",
            String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000),
        ])
    func malformed(text: String) {
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(text.utf8) }
    }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
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

    @Test("a whole number that 64 bits do not hold is a number, and leaves the other whole numbers whole")
    func bigNumbers() throws {
        let json = try JSONText.parse("[99999999999999999999,-1,1.5,9007199254740992]".utf8)
        #expect(json == [.number(1e20), -1, 1.5, 9_007_199_254_740_992])
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse("[1e999]".utf8) }
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse("[99999999999999999999,1e999]".utf8) }
    }

    @Test("nesting ends at its limit, not at the end of the stack")
    func depth() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(throws: Never.self) { try JSONText.parse(nested(JSONText.maximumDepth + 1).utf8) }
        for depth in [JSONText.maximumDepth + 2, 2048, 100_000] {
            #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(nested(depth).utf8) }
        }
        let objects = String(repeating: "{\"a\":", count: 70) + "1" + String(repeating: "}", count: 70)
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(objects.utf8) }
    }

    @Test("a name may hold anything but U+0000")
    func names() throws {
        #expect(try JSONText.parse(#"{"\u00e9\n":1,"":2}"#.utf8) == ["é\n": 1, "": 2])
        #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(#"{"a\u0000":1}"#.utf8) }
    }

    @Test("half of a surrogate pair is refused")
    func surrogates() {
        for text in [#""\ud800""#, #""\udc00""#, #""\ud800\u0041""#] {
            #expect(throws: JSONError(.malformed, "")) { try JSONText.parse(text.utf8) }
        }
    }
}
