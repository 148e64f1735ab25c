import Engine
import Primitives
import Testing

@Suite struct MulticastDNSMessageTests {
    private static let name = "8d7e4f04-0a9b-4a1f-9a53-1f6f3d1a2b3c.local"

    /// A response with one A record, its name spelled out, as a browser's responder sends it.
    private static func response(name: String = name, address: [UInt8] = [192, 0, 2, 7]) -> [UInt8] {
        var writer = ByteWriter()
        for field: UInt16 in [0, 0x8400, 0, 1, 0, 0] { writer.write(field) }
        for label in name.split(separator: ".") {
            writer.write(UInt8(label.utf8.count))
            writer.write(label.utf8)
        }
        writer.write(UInt8(0))
        writer.write(UInt16(address.count == 4 ? 1 : 28))
        writer.write(UInt16(0x8001))
        writer.write(UInt32(120))
        writer.write(UInt16(address.count))
        writer.write(address)
        return writer.bytes
    }

    @Test("the address of a record comes with its name in lower case")
    func reads() {
        let found = MulticastDNSMessage.addresses(inResponse: Self.response(name: "ABC.local"))
        #expect(found.map(\.name) == ["abc.local"])
        #expect(found.map(\.address) == [.v4(0xC000_0207)])
        let six = MulticastDNSMessage.addresses(inResponse: Self.response(address: Array(1...16)))
        #expect(six.first?.address == IPAddress(octets: Array(1...16)))
    }

    @Test("a response cut anywhere gives nothing and harms nothing")
    func truncated() {
        let whole = Self.response()
        for length in 0..<whole.count { #expect(MulticastDNSMessage.addresses(inResponse: Array(whole[..<length])).isEmpty) }
    }

    @Test("a name that points at itself or forwards is refused")
    func pointerLoop() {
        let header: [UInt8] = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        let record: [UInt8] = [0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 192, 0, 2, 7]
        #expect(MulticastDNSMessage.addresses(inResponse: header + [0xC0, 12] + record).isEmpty)
        #expect(MulticastDNSMessage.addresses(inResponse: header + [0xC0, 40] + record).isEmpty)
    }

    @Test("a query asks for both families by unicast answer, and not for names that DNS cannot carry")
    func query() throws {
        let query = try #require(MulticastDNSMessage.query(name: "a.local"))
        #expect(query[5] == 2)
        #expect(query.suffix(4) == [0, 28, 0x80, 1])
        #expect(MulticastDNSMessage.query(name: "a..local") == nil)
        #expect(MulticastDNSMessage.query(name: String(repeating: "x", count: 64) + ".local") == nil)
        #expect(MulticastDNSMessage.addresses(inResponse: query).isEmpty)
    }
}
