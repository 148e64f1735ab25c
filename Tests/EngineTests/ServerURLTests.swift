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

    @Test("a turn URL tells how the relay is reached, in every form of RFC 7065", arguments: [
        ("turn:relay.example", .relay(.udp), 3478), ("turn:relay.example?transport=udp", .relay(.udp), 3478),
        ("TURN:relay.example:80?transport=TCP", .relay(.tcp), 80), ("turns:relay.example", .relay(.tls), 5349),
        ("turns:relay.example:443?transport=tcp", .relay(.tls), 443), ("turns:relay.example?transport=udp", .none, 5349),
        ("stuns:relay.example", .none, 5349),
    ] as [(String, ServerURL.Service, UInt16)])
    func relay(text: String, service: ServerURL.Service, port: UInt16) {
        #expect(ServerURL(text)?.host == "relay.example")
        #expect(ServerURL(text)?.service == service)
        #expect(ServerURL(text)?.port == port)
    }

    @Test("what is no URL of a server is refused", arguments: [
        "", "stun:", "stun::3478", "http://example.com", "stun:a:0", "stun:a:70000", "stun:a:b", "stun:[::1", "stun:[::1]x", "stun:a b",
        "stun:a/b", "stun:a?b", "stun:me@a", "turn:a?transport=sctp", "turn:a?x=1", "turn:", "stun:a?transport=udp", "turns",
    ])
    func refused(text: String) {
        #expect(ServerURL(text) == nil)
    }
}
