import COpenSSL

/// What TLS connections to servers have in common: versions, and whom the system trusts. Owns an `SSL_CTX`.
///
/// `@unchecked Sendable`: the context is set up in `init` and only read after; OpenSSL counts references to it atomically.
final class TLSTrust: @unchecked Sendable {
    /// Made once, since the certificates of SSL_CERT_FILE are read then; those of the system's folder are read when they are needed.
    static let system = TLSTrust()

    /// `SSL_CTX`; `nil` where OpenSSL could not make one.
    let pointer: OpaquePointer?

    private init() {
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            pointer = nil
            return
        }
        guard nearend_ssl_ctx_trust_system(context) == 1 else {
            SSL_CTX_free(context)
            pointer = nil
            return
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        pointer = context
    }
}
