import COpenSSL
import Cryptography
import DTLS

/// A peer of OpenSSL's that is not ours: it offers, shows and asks for what a test wants. It judges nobody's certificate.
final class ForeignPeer {
    private let queue = DatagramQueue()
    private let ssl: OpaquePointer?

    /// - Parameters:
    ///   - profiles: of SRTP, as OpenSSL writes them; `nil`: it does not know of SRTP.
    ///   - version: the only one it speaks.
    init(
        role: DTLSSession.Role, certificate: Certificate?, profiles: String? = "SRTP_AES128_CM_SHA1_80",
        suites: String = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", version: Int32 = DTLS1_2_VERSION,
        asksForCertificate: Bool = true
    ) {
        let context = SSL_CTX_new(DTLS_method())
        defer { SSL_CTX_free(context) }
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        SSL_CTX_set_cipher_list(context, suites + ":@SECLEVEL=0")
        if let profiles { SSL_CTX_set_tlsext_use_srtp(context, profiles) }
        if let certificate {
            SSL_CTX_use_certificate(context, certificate.x509)
            SSL_CTX_use_PrivateKey(context, certificate.key)
        }
        SSL_CTX_set_cert_verify_callback(context, { _, _ in 1 }, nil)
        SSL_CTX_set_verify(context, asksForCertificate ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        ssl = SSL_new(context)
        let bio = queue.makeBIO()
        SSL_set_bio(ssl, bio, bio)
        _ = nearend_ssl_set_mtu(ssl, 1200)
        switch role {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
    }

    deinit { SSL_free(ssl) }

    var hasFinished: Bool { SSL_is_init_finished(ssl) == 1 }

    /// Takes a datagram, or none to begin with, and gives what it answers.
    func take(_ datagram: [UInt8]?) -> [[UInt8]] {
        queue.incoming = datagram
        ERR_clear_error()
        if !hasFinished { SSL_do_handshake(ssl) }
        if hasFinished {
            var room = [UInt8](repeating: 0, count: 2048)
            SSL_read(ssl, &room, 2048)
        }
        ERR_clear_error()
        return takeOutgoing()
    }

    /// Asks for a new handshake.
    func renegotiate() -> [[UInt8]] {
        ERR_clear_error()
        SSL_renegotiate(ssl)
        SSL_do_handshake(ssl)
        return takeOutgoing()
    }

    private func takeOutgoing() -> [[UInt8]] {
        defer { queue.outgoing = [] }
        return queue.outgoing
    }
}
