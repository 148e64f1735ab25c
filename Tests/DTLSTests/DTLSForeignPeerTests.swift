import COpenSSL
import Cryptography
import DTLS
import Primitives
import Testing

@Suite("DTLS with foreign peers")
struct DTLSForeignPeerTests {
    /// A session of ours and what it said.
    private final class Ours {
        let session: DTLSSession
        var keys: SRTPKeys?
        var failure: DTLSFailure?
        var isClosed = false

        init(role: DTLSSession.Role, expects certificate: Certificate?) {
            session = DTLSSession(role: role, certificate: TestCertificates.first)
            let fingerprint = certificate?.fingerprint ?? CertificateFingerprint(of: [])
            session.handle(.expectedFingerprints([fingerprint]), at: .zero)
        }

        func take(_ input: DTLSSession.Input) -> [[UInt8]] {
            session.handle(input, at: .zero)
            var datagrams: [[UInt8]] = []
            while true {
                switch session.pollOutput() {
                case .transmit(let bytes): datagrams.append(bytes)
                case .event(.connected(let keys)): self.keys = keys
                case .event(.failed(let failure)): self.failure = failure
                case .event(.closed): isClosed = true
                case .event(.applicationData): break
                case .wait: return datagrams
                }
            }
        }
    }

    /// Carries datagrams to and fro until nobody has any.
    private func talk(_ ours: Ours, _ peer: ForeignPeer, ourFirst: [[UInt8]] = [], theirFirst: [[UInt8]] = []) {
        var toPeer = ourFirst
        var toUs = theirFirst
        for _ in 0..<20 where !(toPeer.isEmpty && toUs.isEmpty) {
            let answers = toPeer.flatMap { peer.take($0) }
            toPeer = toUs.flatMap { ours.take(.datagram($0)) }
            toUs = answers
        }
    }

    @Test("As server we choose the profile we like best of those offered; as client we take what the server chose")
    func profiles() {
        let cases: [(offer: String, chosen: SRTPProtectionProfile)] = [
            ("SRTP_AES128_CM_SHA1_80", .aes128CMSHA1_80), ("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM", .aeadAES256GCM),
            ("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", .aeadAES128GCM),
            ("SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80", .aes128CMSHA1_80),
        ]
        for (offer, chosen) in cases {
            let server = Ours(role: .server, expects: TestCertificates.second)
            let client = ForeignPeer(role: .client, certificate: TestCertificates.second, profiles: offer)
            talk(server, client, theirFirst: client.take(nil))
            #expect(server.keys?.profile == chosen)
            #expect(server.keys?.localKey.count == chosen.keyByteCount && server.keys?.remoteSalt.count == chosen.saltByteCount)
        }
        let client = Ours(role: .client, expects: TestCertificates.second)
        let server = ForeignPeer(
            role: .server, certificate: TestCertificates.second, profiles: "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM")
        talk(client, server, ourFirst: client.take(.start))
        #expect(client.keys?.profile == .aeadAES256GCM)
    }

    @Test("A peer without SRTP, or without a profile of ours, fails the session with a sentence")
    func noProfile() {
        for profiles in [nil, "SRTP_AES128_CM_SHA1_32"] {
            let ours = Ours(role: .client, expects: TestCertificates.second)
            talk(ours, ForeignPeer(role: .server, certificate: TestCertificates.second, profiles: profiles), ourFirst: ours.take(.start))
            #expect(ours.failure?.code == .noSharedProfile)
            #expect(ours.failure?.description == "the two sides share no SRTP protection profile")
            #expect(ours.keys == nil)
        }
    }

    @Test("A client that shows no certificate is turned away")
    func noCertificate() {
        let server = Ours(role: .server, expects: nil)
        let client = ForeignPeer(role: .client, certificate: nil)
        talk(server, client, theirFirst: client.take(nil))
        #expect(server.failure?.code == .noCertificate)
        #expect(server.keys == nil)
    }

    @Test("Suites for RSA and for ECDSA, GCM and CBC, are agreed on")
    func suites() {
        for suite in [
            "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA",
        ] {
            let ours = Ours(role: .client, expects: TestCertificates.second)
            talk(ours, ForeignPeer(role: .server, certificate: TestCertificates.second, suites: suite), ourFirst: ours.take(.start))
            #expect(ours.keys != nil, "\(suite)")
        }
        for suite in ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"] {
            let ours = Ours(role: .client, expects: TestCertificates.rsa)
            talk(ours, ForeignPeer(role: .server, certificate: TestCertificates.rsa, suites: suite), ourFirst: ours.take(.start))
            #expect(ours.keys != nil, "\(suite)")
        }
    }

    @Test("An old endpoint with an RSA key of 1024 bits is accepted, since its fingerprint is what counts")
    func weakKey() {
        let client = Ours(role: .client, expects: TestCertificates.weakRSA)
        talk(client, ForeignPeer(role: .server, certificate: TestCertificates.weakRSA), ourFirst: client.take(.start))
        #expect(client.keys != nil)
        let server = Ours(role: .server, expects: TestCertificates.weakRSA)
        let peer = ForeignPeer(role: .client, certificate: TestCertificates.weakRSA)
        talk(server, peer, theirFirst: peer.take(nil))
        #expect(server.keys != nil)
    }

    @Test("Without a suite in common, or with DTLS 1.0 only, the session fails with a sentence on the side that finds out")
    func nothingShared() {
        let server = Ours(role: .server, expects: TestCertificates.second)
        // Only the one with the certificate that we have not.
        let client = ForeignPeer(role: .client, certificate: TestCertificates.second, suites: "AES128-GCM-SHA256")
        talk(server, client, theirFirst: client.take(nil))
        #expect(server.failure?.code == .noSharedParameters)
        #expect(server.failure?.description.hasPrefix("the two sides share no way to encrypt") == true)

        let newer = Ours(role: .client, expects: TestCertificates.second)
        talk(
            newer,
            ForeignPeer(role: .server, certificate: TestCertificates.second, suites: "ECDHE-ECDSA-AES128-SHA", version: DTLS1_VERSION),
            ourFirst: newer.take(.start))
        #expect(newer.failure != nil && newer.keys == nil)
    }

    @Test("Renegotiation is refused in both roles, and the session goes on")
    func renegotiation() {
        for role in [DTLSSession.Role.client, .server] {
            let ours = Ours(role: role, expects: TestCertificates.second)
            let peer = ForeignPeer(role: role == .client ? .server : .client, certificate: TestCertificates.second)
            talk(ours, peer, ourFirst: ours.take(.start), theirFirst: role == .client ? [] : peer.take(nil))
            #expect(ours.keys != nil)
            // What the peer makes of the refusal is its own affair; OpenSSL ends the session.
            let answers = peer.renegotiate().flatMap { ours.take(.datagram($0)) }
            #expect(ours.session.state == .connected && ours.failure == nil)
            // An alert, no handshake.
            #expect(answers.map(\.first) == [21])
        }
    }
}
