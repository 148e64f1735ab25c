import JSONCoding
import Testing

@Suite struct JSONCodingTests {
    private enum Colour: String, Codable { case red, green }
    private struct Inner: Codable, Equatable {
        var list: [UInt8]
        var colour: Colour?
    }
    private struct Outer: Codable, Equatable {
        var name: String
        var ratio: Double
        var inner: Inner?
        var extra: JSONValue?
        var table: [String: Int]
    }

    @Test("a type of ours survives the way out and back, and members that are nil are left out")
    func roundTrip() throws {
        let outer = Outer(name: "a", ratio: 2, inner: Inner(list: [1, 255], colour: .green), extra: [nil, 1.5], table: ["x": -1])
        let json = try JSONValue(encoding: outer)
        #expect(try json.decode(Outer.self) == outer)
        let plain = try JSONValue(encoding: Outer(name: "", ratio: 0.5, inner: nil, extra: nil, table: [:]))
        #expect(plain == ["name": "", "ratio": 0.5, "table": [:]])
    }

    @Test("null and absence are the same to an optional member")
    func optional() throws {
        let json: JSONValue = ["list": [], "colour": nil]
        #expect(try json.decode(Inner.self) == Inner(list: [], colour: nil))
    }

    @Test(
        "a mismatch names its place",
        arguments: [
            (["list": [1, 256]], "“list.1” must be a whole number in range"),
            (["list": "x"], "“list” must be an array, not a string"),
            ([:], "“list” is missing"),
            (["list": [], "colour": "blue"], "“colour”"),
            ([], "the message must be an object, not an array"),
        ] as [(JSONValue, String)])
    func mismatch(json: JSONValue, reason: String) {
        do {
            _ = try json.decode(Inner.self)
            Issue.record("the mismatch was not noticed")
        } catch {
            #expect(error.code == .mismatch)
            #expect(error.reason.hasPrefix(reason), "\(error.reason)")
        }
    }

    @Test("JavaScript's whole numbers are whole numbers however it writes them")
    func wholeNumbers() throws {
        #expect(try JSONText.parse("[1.0,1e2]".utf8).decode([Int].self) == [1, 100])
    }

    private enum Shape: Codable, Equatable {
        case point
        case circle(radius: Int)
        case polygon(corners: [Int], Shaded)
        struct Shaded: Codable, Equatable { var depth: Int }
    }

    @Test("enumerations with payloads nest")
    func nested() throws {
        let shapes = [Shape.point, .circle(radius: 3), .polygon(corners: [1, 2], .init(depth: 4))]
        let json = try JSONValue(encoding: shapes)
        #expect(json == [["point": [:]], ["circle": ["radius": 3]], ["polygon": ["corners": [1, 2], "_1": ["depth": 4]]]])
        #expect(try json.decode([Shape].self) == shapes)
    }
}
