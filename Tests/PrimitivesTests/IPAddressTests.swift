import Primitives
import Testing

@Suite struct IPAddressTests {
    @Test("RFC 5952 §4 text is what an address prints, whatever way it was written", arguments: [
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("::", "::"), ("::1", "::1"), ("fe80::1%3", "fe80::1%3"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("192.0.2.1", "192.0.2.1"),
    ])
    func canonicalText(written: String, printed: String) {
        #expect(IPAddress(written)?.description == printed)
    }

    @Test("what is no address is refused", arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.+4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::", "g::", "1:2:3:4:5:6:7:8::", "::1.2.3", "fe80::1%eth0", "+1::", "1.2.3.4:5",
    ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("octets survive the way there and back")
    func octets() throws {
        for text in ["198.51.100.7", "2001:db8:1:2:3:4:5:6"] {
            let address = try #require(IPAddress(text))
            #expect(IPAddress(octets: address.octets) == address)
        }
        #expect(IPAddress(octets: [1, 2, 3]) == nil)
    }

    @Test("scopes are told apart")
    func scopes() throws {
        #expect(try #require(IPAddress("127.8.8.8")).isLoopback)
        #expect(try #require(IPAddress("fe80::2")).isLinkLocal)
        #expect(try #require(IPAddress("169.254.1.1")).isLinkLocal)
        #expect(try #require(IPAddress("0.0.0.0")).isUnspecified)
        #expect(try !#require(IPAddress("2001:db8::1")).isLinkLocal)
    }
}
