import COpenSSL

/// What one end of a channel shows of itself, and whom it believes, where both ends have certificates (RFC 8446 §4.4.2). Owns an `SSL_CTX`.
///
/// `@unchecked Sendable`: the context is set up in `init` and only read after; OpenSSL counts references to it atomically.
package final class TLSIdentity: @unchecked Sendable {
    package enum Role: Sendable { case client, server }

    /// Files that cannot be used, for the person who named them.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// `SSL_CTX`.
    let pointer: OpaquePointer

    /// Reads the files, which are in PEM.
    ///
    /// - Parameters:
    ///   - certificate: our own, and those between it and the authority.
    ///   - authority: the certificates of those who sign the other side's. Nobody else is believed: not whom the system trusts.
    package init(_ role: Role, certificate: String, key: String, authority: String) throws(Problem) {
        guard let pointer = SSL_CTX_new(role == .client ? TLS_client_method() : TLS_server_method()) else {
            throw Problem(description: "OpenSSL could not be set up")
        }
        self.pointer = pointer
        ERR_clear_error()
        // The object is whole at this point, so `deinit` frees the pointer.
        guard nearend_ssl_ctx_use_identity(pointer, certificate, key, authority) == 1 else {
            let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "unknown"
            throw Problem(description: "the certificate \(certificate), its key \(key) and the authority \(authority) cannot be used together: \(reason)")
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    deinit { SSL_CTX_free(pointer) }
}
