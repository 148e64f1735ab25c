import COpenSSL
import Cryptography

/// What OpenSSL is allowed to agree to: versions, suites, groups, profiles, and our certificate. Owns an `SSL_CTX`.
final class DTLSContext {
    /// ECDHE only, for both kinds of certificate; the CBC suites are for endpoints that stopped there (RFC 8827 §6.5).
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
    ].joined(separator: ":")
    private static let groups = "X25519:P-256:P-384"

    /// `SSL_CTX`.
    let pointer: OpaquePointer

    /// - Parameter verifyCertificate: called with an `X509_STORE_CTX` and the argument when the peer's certificate has come; answers 1 to
    ///   go on. It replaces OpenSSL's own verdict, since a self-signed certificate is judged by its fingerprint alone (RFC 8827 §6.5).
    init(
        certificate: Certificate, verifyCertificate: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32,
        argument: UnsafeMutableRawPointer
    ) throws(DTLSFailure) {
        guard let pointer = SSL_CTX_new(DTLS_method()) else { throw DTLSFailure.lastOfOpenSSL() }
        self.pointer = pointer
        let profiles = SRTPProtectionProfile.offered.map(\.opensslName).joined(separator: ":")
        nearend_ssl_ctx_set_options(pointer)
        guard nearend_ssl_ctx_use_dtls_1_2(pointer) == 1, SSL_CTX_set_cipher_list(pointer, Self.cipherSuites) == 1,
            nearend_ssl_ctx_set_groups(pointer, Self.groups) == 1,
            // This one answers 0 for success.
            SSL_CTX_set_tlsext_use_srtp(pointer, profiles) == 0,
            SSL_CTX_use_certificate(pointer, certificate.x509) == 1, SSL_CTX_use_PrivateKey(pointer, certificate.key) == 1
        else {
            // The object is whole at this point, so `deinit` frees the pointer.
            throw DTLSFailure.lastOfOpenSSL()
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        SSL_CTX_set_cert_verify_callback(pointer, verifyCertificate, argument)
    }

    deinit { SSL_CTX_free(pointer) }
}
