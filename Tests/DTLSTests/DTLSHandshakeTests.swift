import Cryptography
import DTLS
import Primitives
import Testing

@Suite("DTLS handshake")
struct DTLSHandshakeTests {
    @Test("Two ends agree on mirrored keys, AES-GCM with 128 bits and DTLS 1.2, in two round trips")
    func plain() throws {
        let association = Association()
        association.start()
        association.run()
        let client = try #require(association.client.keys)
        let server = try #require(association.server.keys)
        #expect(client.profile == .aeadAES128GCM)
        #expect(client.localKey == server.remoteKey && client.localSalt == server.remoteSalt)
        #expect(client.remoteKey == server.localKey && client.remoteSalt == server.localSalt)
        #expect(client.localKey != client.remoteKey)
        #expect(client.localKey.count == 16 && client.localSalt.count == 12)
        // Four flights of 5 ms each.
        #expect(association.now == .zero + .milliseconds(20))
        #expect(association.client.session.versionCode == "FEFD")
        #expect(association.server.session.versionName == "DTLSv1.2")
        #expect(association.client.session.cipherSuite == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        #expect(association.client.session.peerCertificate == TestCertificates.second.der)
        #expect(association.server.session.peerCertificate == TestCertificates.first.der)
        #expect(association.isQuiet)
    }

    @Test("A server that was not told to start answers a ClientHello all the same")
    func serverUntold() {
        let association = Association()
        association.give(.start, to: association.client)
        association.run()
        #expect(association.isConnected)
    }

    @Test("A peer with an RSA certificate is accepted in both roles")
    func rsa() {
        let server = Association(clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.rsa)
        server.start()
        server.run()
        #expect(server.isConnected)
        #expect(server.client.session.cipherSuite == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")

        let client = Association(clientCertificate: TestCertificates.rsa, serverCertificate: TestCertificates.first)
        client.start()
        client.run()
        #expect(client.isConnected)
    }

    @Test("No datagram is larger than 1200 bytes, though a certificate is")
    func mtu() {
        let association = Association(clientCertificate: TestCertificates.largeRSA, serverCertificate: TestCertificates.largeRSA)
        association.start()
        association.run()
        #expect(association.isConnected)
        let sizes = association.client.sentByteCounts + association.server.sentByteCounts
        #expect((sizes.max() ?? 0) <= 1200)
        #expect((sizes.max() ?? 0) > 1000)
    }

    @Test("Each fingerprint algorithm is good for the peer's certificate, and one that matches is enough")
    func algorithms() {
        for algorithm in HashFunction.allCases where algorithm != .md5 {
            let good = CertificateFingerprint(of: TestCertificates.second.der, algorithm: algorithm)
            let wrong = CertificateFingerprint(of: [1, 2, 3], algorithm: algorithm)
            let association = Association(
                clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.second, clientExpects: [wrong, good])
            association.start()
            association.run()
            #expect(association.isConnected)
        }
    }

    @Test("The wrong certificate fails the session on both sides, with a sentence")
    func mismatch() {
        for isClientDeceived in [true, false] {
            let wrong = [CertificateFingerprint(of: [1, 2, 3])]
            let association = Association(
                clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.second,
                clientExpects: isClientDeceived ? wrong : nil, serverExpects: isClientDeceived ? nil : wrong)
            association.start()
            association.run()
            let (deceived, other) =
                isClientDeceived ? (association.client, association.server) : (association.server, association.client)
            #expect(deceived.failure?.code == .fingerprintMismatch)
            #expect(deceived.failure?.description == "the peer's certificate is not the one that its description promised")
            #expect(deceived.keys == nil && other.keys == nil)
            // bad_certificate (RFC 5246 §7.2.2)
            #expect(other.failure?.code == .alertReceived(42))
            #expect(association.isQuiet)
        }
    }

    @Test("Fingerprints that come late hold back connected and the peer's messages, in their order")
    func lateFingerprints() {
        let association = Association(
            clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.second, serverExpects: [])
        association.start()
        association.run()
        #expect(association.client.keys != nil && association.server.keys == nil)
        #expect(association.server.session.state == .unverified)
        association.give(.applicationData([1]), to: association.client)
        association.give(.applicationData([2, 2]), to: association.client)
        association.run()
        #expect(association.server.messages.isEmpty)
        association.give(.expectedFingerprints([TestCertificates.first.fingerprint]), to: association.server)
        #expect(association.server.keys?.localKey == association.client.keys?.remoteKey)
        #expect(association.server.messages == [[1], [2, 2]])
    }

    @Test("Fingerprints that come late and do not match end the session")
    func lateMismatch() {
        let association = Association(
            clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.second, serverExpects: [])
        association.start()
        association.run()
        association.give(.applicationData([1]), to: association.client)
        association.run()
        association.give(.expectedFingerprints([TestCertificates.second.fingerprint]), to: association.server)
        association.run()
        #expect(association.server.failure?.code == .fingerprintMismatch)
        #expect(association.server.keys == nil && association.server.messages.isEmpty)
        #expect(association.client.isClosed)
    }

    @Test("A peer that never answers is given up, after less than a minute")
    func timeOut() {
        let association = Association()
        association.path = { _, _ in [] }
        association.give(.start, to: association.client)
        association.run(for: .seconds(120))
        #expect(association.client.failure?.code == .timedOut)
        #expect(association.client.failure?.description == "the peer did not answer the handshake")
        #expect(association.now > .zero + .seconds(20) && association.now < .zero + .seconds(60))
    }

    @Test("Application data passes both ways once connected, message by message")
    func applicationData() {
        let association = Association()
        association.give(.applicationData([9]), to: association.client)
        association.start()
        association.run()
        association.give(.applicationData(Array("hello".utf8)), to: association.client)
        association.give(.applicationData([UInt8](repeating: 7, count: 1100)), to: association.server)
        association.give(.applicationData([1]), to: association.server)
        association.run()
        #expect(association.server.messages == [Array("hello".utf8)])
        #expect(association.client.messages == [[UInt8](repeating: 7, count: 1100), [1]])
        // The one that came too early was dropped and counted.
        #expect(association.client.session.dropCount == 1)
    }

    @Test("A goodbye closes both ends, whoever says it, and nothing comes after it")
    func close() {
        for closesClient in [true, false] {
            let association = Association()
            association.start()
            association.run()
            let (closing, other) = closesClient ? (association.client, association.server) : (association.server, association.client)
            association.give(.close, to: closing)
            #expect(closing.isClosed && !other.isClosed)
            association.run()
            #expect(other.isClosed)
            #expect(closing.failure == nil && other.failure == nil)
            association.give(.applicationData([1]), to: other)
            association.give(.close, to: other)
            #expect(association.isQuiet)
        }
    }

    @Test("Closing before the handshake is complete says so at once")
    func earlyClose() {
        let association = Association()
        association.give(.close, to: association.server)
        association.give(.start, to: association.client)
        association.give(.close, to: association.client)
        #expect(association.server.isClosed && association.client.isClosed)
        #expect(association.client.wakeUp == nil)
    }
}
