import Testing

@testable import DTLS

/// Both ends of a remote desktop's channel by TCP, joined in memory.
@Suite struct TLSSessionTests {
    /// What an end has told.
    private struct Told: Equatable {
        var isConnected = false
        var received: [UInt8] = []
        var failure: String?
    }

    /// Carries bytes between the two until neither has any.
    private func join(_ client: TLSSession, _ server: TLSSession) -> (client: Told, server: Told) {
        var told = [Told(), Told()]
        let ends = [client, server]
        for end in ends { end.handle(.start) }
        var isBusy = true
        while isBusy {
            isBusy = false
            for (index, end) in ends.enumerated() {
                loop: while true {
                    switch end.pollOutput() {
                    case .transmit(let bytes):
                        isBusy = true
                        ends[1 - index].handle(.received(bytes))
                    case .event(.connected): told[index].isConnected = true
                    case .event(.received(let bytes)): told[index].received += bytes
                    case .event(.closed): break
                    case .event(.failed(let reason)): told[index].failure = reason
                    case .wait: break loop
                    }
                }
            }
        }
        return (told[0], told[1])
    }

    @Test("each side shows a certificate of the authority: they speak, and the server knows the client's name")
    func accepted() throws {
        let files = try CertificateFiles()
        defer { files.remove() }
        for name in ["device.test", "desktop.test"] { try files.sign(name) }
        func identity(_ role: TLSIdentity.Role, _ name: String) throws -> TLSIdentity {
            try TLSIdentity(role, certificate: files.path("\(name).pem"), key: files.path("\(name).key"), authority: files.path("ca.pem"))
        }
        let client = TLSSession(try identity(.client, "desktop.test"), host: "device.test")
        let server = TLSSession(serving: try identity(.server, "device.test"))
        let first = join(client, server)
        #expect(first.client.isConnected && first.server.isConnected)
        #expect(server.peerBears("desktop.test") && !server.peerBears("other.test"))
        // More than a record has room for (RFC 8446 §5.1).
        let long = [UInt8](repeating: 7, count: 100_000)
        client.handle(.send(long))
        server.handle(.send([1]))
        let second = join(client, server)
        #expect(second.server.received == long && second.client.received == [1])
    }

    @Test("a certificate of another authority, none, and one of another name are refused, and the reason is said on both sides")
    func refused() throws {
        let files = try CertificateFiles()
        let others = try CertificateFiles()
        defer {
            files.remove()
            others.remove()
        }
        for name in ["device.test", "desktop.test"] { try files.sign(name) }
        try others.sign("desktop.test")
        func identity(_ role: TLSIdentity.Role, _ name: String, from: CertificateFiles) throws -> TLSIdentity {
            try TLSIdentity(role, certificate: from.path("\(name).pem"), key: from.path("\(name).key"), authority: files.path("ca.pem"))
        }
        let device = try identity(.server, "device.test", from: files)

        let stranger = join(TLSSession(try identity(.client, "desktop.test", from: others), host: "device.test"), TLSSession(serving: device))
        #expect(!stranger.server.isConnected)
        #expect(stranger.server.failure?.hasPrefix("The certificate of the desktop is not accepted") == true, "\(stranger.server)")
        #expect(stranger.client.failure?.contains("alert") == true, "\(stranger.client)")

        let wrongName = join(TLSSession(try identity(.client, "desktop.test", from: files), host: "other.test"), TLSSession(serving: device))
        #expect(wrongName.client.failure == "The certificate of the device is not accepted: hostname mismatch.")
        #expect(!wrongName.server.isConnected && wrongName.server.failure != nil)

        // A client of the system's trust, as for a relay, has no certificate to show; nor does it believe ours.
        let none = join(TLSSession(host: "device.test"), TLSSession(serving: device))
        #expect(!none.server.isConnected && none.client.failure != nil)

        // The device is believed no more than the desktop.
        let impostor = try identity(.server, "desktop.test", from: others)
        let deceived = join(TLSSession(try identity(.client, "desktop.test", from: files), host: "desktop.test"), TLSSession(serving: impostor))
        #expect(deceived.client.failure?.hasPrefix("The certificate of the device is not accepted") == true, "\(deceived.client)")
    }

    @Test("files that do not belong together are refused, with their names")
    func files() throws {
        let files = try CertificateFiles()
        defer { files.remove() }
        for name in ["device.test", "desktop.test"] { try files.sign(name) }
        let wrong = [("device.test.pem", "desktop.test.key", "ca.pem"), ("missing.pem", "device.test.key", "ca.pem"), ("device.test.pem", "device.test.key", "none")]
        for (certificate, key, authority) in wrong {
            do {
                _ = try TLSIdentity(.server, certificate: files.path(certificate), key: files.path(key), authority: files.path(authority))
                Issue.record("taken: \(certificate) \(key) \(authority)")
            } catch {
                #expect("\(error)".contains(certificate))
            }
        }
    }
}
