import Engine
import Testing

@Suite struct ServerURLTests {
    @Test("a stun URL gives host and port, in every form of RFC 7064", arguments: [
        ("stun:stun.example.com", "stun.example.com", 3478), ("STUN:192.0.2.1:19302", "192.0.2.1", 19302),
        ("stun:[2001:db8::1]:5349", "2001:db8::1", 5349), ("stun:[::1]", "::1", 3478),
    ] as [(String, String, UInt16)])
    func parsed(text: String, host: String, port: UInt16) {
        #expect(ServerURL(text)?.host == host)
        #expect(ServerURL(text)?.port == port)
    }

    @Test("what is no stun URL is refused", arguments: [
        "", "stun:", "stun::3478", "http://example.com", "stun:a:0", "stun:a:70000", "stun:a:b", "stun:[::1", "stun:[::1]x", "stun:a b",
        "stun:a/b", "stun:a?b", "stun:me@a", "turn:example.com",
    ])
    func refused(text: String) {
        #expect(ServerURL(text) == nil)
    }
}
