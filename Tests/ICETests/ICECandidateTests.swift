import Primitives
import Testing

@testable import ICE

@Suite struct ICECandidateTests {
    @Test("the example of RFC 8839 §5.1")
    func example() throws {
        let text = "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998"
        let candidate = try ICECandidate(parsing: "a=" + text)
        #expect(candidate.foundation == "2")
        #expect(candidate.component == 1)
        #expect(candidate.transport == .udp)
        #expect(candidate.priority == 1_694_498_815)
        #expect(candidate.address == .ip(.at("192.0.2.3", 45664)))
        #expect(candidate.kind == .serverReflexive)
        #expect(candidate.relatedAddress == .at("203.0.113.141", 8998))
        #expect(candidate.attributeValue == text.replacing("UDP", with: "udp"))
    }

    @Test(
        "candidates from the wild are parsed, and written as they were",
        arguments: [
            // Chromium
            "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-cost 999 ufrag EsAw",
            "candidate:3350409123 1 udp 2113937151 0f3b8a52-1c54-4f3f-8f5c-0a1d51c8f1c4.local 54321 typ host generation 0 network-cost 999 ufrag x+/y",
            "candidate:1052353102 1 tcp 1518280447 192.0.2.17 9 typ host tcptype active generation 0",
            "candidate:1 1 udp 2122262783 2001:db8::1 60769 typ host generation 0 network-id 2",
            // Firefox
            "candidate:0 1 udp 2122252543 10.0.0.1 50000 typ host",
            // coturn through libwebrtc
            "candidate:3 1 udp 41885439 198.51.100.9 49152 typ relay raddr 203.0.113.7 rport 46154 generation 0",
            // pion
            "candidate:foundation 1 udp 1845494271 192.0.2.10 61000 typ prflx raddr 10.0.0.1 rport 61000",
        ])
    func wild(text: String) throws {
        #expect(try ICECandidate(parsing: text).attributeValue == text)
    }

    @Test("Janus writes UDP, two blanks do no harm, and the zone of a link-local address is nobody else's")
    func tolerance() throws {
        let candidate = try ICECandidate(parsing: "candidate:1  1 UDP 2013266431 fe80::1%eth0 40000  typ host ")
        #expect(candidate.transport == .udp)
        #expect(candidate.address == .ip(.at("fe80::1", 40000)))
    }

    @Test("a name keeps its port and is no address")
    func names() throws {
        let candidate = try ICECandidate(parsing: "candidate:1 1 udp 1 host.local 9000 typ host")
        #expect(candidate.address == .name("host.local", port: 9000))
        #expect(candidate.address.port == 9000)
        #expect(candidate.socketAddress == nil)
    }

    @Test("transports that are not UDP, and extensions, are kept")
    func kept() throws {
        let text = "candidate:1 2 dccp 5 192.0.2.1 1 typ host a b c d"
        let candidate = try ICECandidate(parsing: text)
        #expect(candidate.transport == .other("dccp"))
        #expect(candidate.component == 2)
        #expect(candidate.extensions == [.init(name: "a", value: "b"), .init(name: "c", value: "d")])
        #expect(candidate.attributeValue == text)
    }

    @Test(
        "malformed candidates are refused with a reason",
        arguments: [
            "", "a=", "candidate:", "candidate", "Candidate:1 1 udp 1 192.0.2.1 1 typ host",
            "candidate:1 1 udp 1 192.0.2.1 1 typ",
            "candidate:1 1 udp 1 192.0.2.1 1 host typ", "candidate:1 0 udp 1 192.0.2.1 1 typ host",
            "candidate:1 257 udp 1 192.0.2.1 1 typ host", "candidate:1 x udp 1 192.0.2.1 1 typ host",
            "candidate:1 1 udp -1 192.0.2.1 1 typ host", "candidate:1 1 udp 4294967296 192.0.2.1 1 typ host",
            "candidate:1 1 udp 1 192.0.2.1 65536 typ host", "candidate:1 1 udp 1 192.0.2.1 x typ host",
            "candidate:1 1 udp 1 192.0.2.256 1 typ host", "candidate:1 1 udp 1 ::g 1 typ host",
            "candidate:1 1 udp 1 a/b 1 typ host", "candidate:1 1 udp 1 192.0.2.1 1 typ unknown",
            "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 1 typ host",
            "candidate:1 1 udp 1 192.0.2.1 1 typ host " + String(repeating: "x", count: 2048),
        ])
    func malformed(text: String) {
        #expect(throws: ICEError(.malformedCandidate, "")) { try ICECandidate(parsing: text) }
    }

    @Test("the parser survives every truncation of a candidate")
    func truncations() {
        let text =
            "a=candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.1 rport 5 tcptype so ufrag EsAw x"
        for length in 0...text.count { _ = try? ICECandidate(parsing: String(text.prefix(length))) }
    }

    @Test("priorities of RFC 8445 §5.1.2.1 and §6.1.2.3")
    func priorities() {
        #expect(CandidatePriority.candidate(.host, localPreference: 65535) == 2_130_706_431)
        #expect(CandidatePriority.candidate(.serverReflexive, localPreference: 65535) == 1_694_498_815)
        #expect(CandidatePriority.candidate(.peerReflexive, localPreference: 0) == 110 << 24 | 255)
        #expect(CandidatePriority.candidate(.relayed, localPreference: 0, component: 2) == 254)
        let (low, high) = (UInt64(5), UInt64(9))
        #expect(CandidatePriority.pair(controlling: 9, controlled: 5) == low << 32 + 2 * high + 1)
        #expect(CandidatePriority.pair(controlling: 5, controlled: 9) == low << 32 + 2 * high)
        // Beyond what the standard allows, but not beyond what a peer can write.
        #expect(CandidatePriority.pair(controlling: .max, controlled: .max) > 0)
    }

    @Test("credentials: 4 and 22 characters at least, no colon in the fragment")
    func credentials() throws {
        let password = String(repeating: "p", count: 22)
        let credentials = try ICECredentials(usernameFragment: "abcd", password: password)
        #expect(credentials.usernameFragment == "abcd")
        for (fragment, secret) in [
            ("abc", password), ("ab:d", password), ("ab d", password), ("abcd", String(password.dropLast())), ("", ""),
            (String(repeating: "f", count: 257), password), ("abcd", String(repeating: "p", count: 257)), ("äbcd", password),
        ] {
            #expect(throws: ICEError(.malformedCredentials, "")) {
                try ICECredentials(usernameFragment: fragment, password: secret)
            }
        }
        var random = RandomSource(seed: 1)
        let made = ICECredentials(random: &random)
        _ = try ICECredentials(usernameFragment: made.usernameFragment, password: made.password)
    }
}
