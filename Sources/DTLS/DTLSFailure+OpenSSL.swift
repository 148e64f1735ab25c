import COpenSSL

extension DTLSFailure {
    /// The reason codes of alerts received begin here; the rest of the number is the alert's (`SSL_AD_REASON_OFFSET`).
    private static let alertOffset: Int32 = 1000

    /// Reads why OpenSSL's last call on this thread failed, and forgets it.
    static func lastOfOpenSSL() -> DTLSFailure {
        // The first error of the queue is the cause; what follows it are the callers that passed it on.
        let error = ERR_get_error()
        ERR_clear_error()
        guard error != 0, nearend_error_is_ssl(error) != 0 else {
            return DTLSFailure(.internalError, "OpenSSL failed: \(text(of: error))")
        }
        let reason = nearend_error_reason(error)
        if (alertOffset...alertOffset + 255).contains(reason) {
            let alert = UInt8(reason - alertOffset)
            let name = String(cString: SSL_alert_desc_string_long(Int32(alert)))
            return DTLSFailure(.alertReceived(alert), "the peer ended the session with the alert “\(name)” (\(alert))")
        }
        switch reason {
        case SSL_R_READ_TIMEOUT_EXPIRED:
            return DTLSFailure(.timedOut, "the peer did not answer the handshake")
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return DTLSFailure(.noCertificate, "the peer showed no certificate")
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return DTLSFailure(.fingerprintMismatch, "the peer's certificate is not the one that its description promised")
        case SSL_R_NO_SHARED_CIPHER, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_WRONG_CIPHER_RETURNED,
            SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_UNKNOWN_PROTOCOL, SSL_R_VERSION_TOO_LOW:
            return DTLSFailure(.noSharedParameters, "the two sides share no way to encrypt: \(text(of: error))")
        default:
            return DTLSFailure(.protocolError, "the handshake failed: \(text(of: error))")
        }
    }

    private static func text(of error: UInt) -> String {
        guard error != 0 else { return "no reason given" }
        guard let reason = ERR_reason_error_string(error) else { return "error \(String(error, radix: 16))" }
        return String(cString: reason)
    }
}
