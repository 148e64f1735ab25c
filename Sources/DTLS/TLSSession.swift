import COpenSSL
import Primitives

/// TLS as a client over a stream of bytes (RFC 8446, RFC 5246), without the socket: a relay's, whose certificate is judged by the system's
/// authorities and by its name (RFC 9525).
///
/// Memory BIOs do here, since a stream has no borders to keep. A class, because OpenSSL keeps the state; it has one owner.
package final class TLSSession {
    package enum Input {
        /// The stream is open.
        case start
        /// Bytes of the stream.
        case received([UInt8])
        /// To be sent; only after `.connected`.
        case send([UInt8])
        /// Say goodbye.
        case close
    }

    package enum Output {
        /// Bytes for the stream.
        case transmit([UInt8])
        case event(Event)
        /// Nothing more until the next input.
        case wait
    }

    package enum Event {
        /// The server has proven its name.
        case connected
        case received([UInt8])
        /// It has said goodbye.
        case closed
        /// Nothing more can be said; the reason is for people.
        case failed(String)
    }

    private enum State { case new, connecting, connected, ended }

    private static let chunk = 16_384

    /// `SSL`.
    private let session: OpaquePointer?
    /// What came in, and what is to go out; the session owns both.
    private let incoming: OpaquePointer?
    private let outgoing: OpaquePointer?
    private var state = State.new
    private var events: [Event] = []

    /// - Parameter host: the name or address that the certificate must bear.
    package init(host: String) {
        guard let context = TLSTrust.system.pointer, let session = SSL_new(context) else {
            (session, incoming, outgoing) = (nil, nil, nil)
            return
        }
        self.session = session
        incoming = BIO_new(BIO_s_mem())
        outgoing = BIO_new(BIO_s_mem())
        SSL_set_bio(session, incoming, outgoing)
        SSL_set_connect_state(session)
        let isNamed: Bool
        if IPAddress(host) != nil {
            // RFC 6066 §3: no name is said for an address.
            isNamed = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1
        } else {
            SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            isNamed = SSL_set1_host(session, host) == 1 && nearend_ssl_set_server_name(session, host) == 1
        }
        // Without a name to compare, any certificate would do.
        if !isNamed || incoming == nil || outgoing == nil { fail("The name of the server cannot be verified.") }
    }

    deinit { SSL_free(session) }

    package func handle(_ input: Input) {
        switch input {
        case .start:
            guard state == .new else { return }
            guard session != nil else { return fail("OpenSSL could not be set up.") }
            state = .connecting
            advance()
        case .received(let bytes):
            guard state == .connecting || state == .connected else { return }
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { BIO_write(incoming, $0.baseAddress, Int32(clamping: $0.count)) }
                guard written > 0 else { return fail("OpenSSL took no bytes.") }
                rest = rest.dropFirst(Int(written))
            }
            advance()
        case .send(let bytes):
            guard state == .connected, !bytes.isEmpty else { return }
            ERR_clear_error()
            if SSL_write(session, bytes, Int32(clamping: bytes.count)) <= 0 { fail("TLS could not send.") }
        case .close:
            guard state == .connected else { return }
            ERR_clear_error()
            SSL_shutdown(session)
            state = .ended
        }
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        // An alert goes out even where the end is told.
        if let outgoing {
            let waiting = BIO_ctrl_pending(outgoing)
            if waiting > 0 {
                let bytes = [UInt8](unsafeUninitializedCapacity: waiting) { buffer, count in
                    count = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: waiting))))
                }
                if !bytes.isEmpty { return .transmit(bytes) }
            }
        }
        guard events.isEmpty else { return .event(events.removeFirst()) }
        return .wait
    }

    private func advance() {
        if state == .connecting {
            ERR_clear_error()
            let result = SSL_do_handshake(session)
            guard result == 1 else {
                if SSL_get_error(session, result) != SSL_ERROR_WANT_READ { fail(handshakeFailure) }
                return
            }
            state = .connected
            events.append(.connected)
        }
        while state == .connected {
            ERR_clear_error()
            var result: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
                result = SSL_read(session, buffer.baseAddress, Int32(Self.chunk))
                count = max(0, Int(result))
            }
            guard result <= 0 else {
                events.append(.received(bytes))
                continue
            }
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
            case SSL_ERROR_ZERO_RETURN:
                state = .ended
                events.append(.closed)
            case _: fail("TLS was broken off.")
            }
        }
    }

    private func fail(_ reason: String) {
        guard state != .ended else { return }
        state = .ended
        events.append(.failed(reason))
    }

    /// What was wrong with the certificate, or what OpenSSL says.
    private var handshakeFailure: String {
        let verdict = SSL_get_verify_result(session)
        if verdict != Int(X509_V_OK), let text = X509_verify_cert_error_string(verdict) {
            return "The certificate of the TURN server is not accepted: \(String(cString: text))."
        }
        let error = ERR_peek_error()
        guard error != 0, let text = ERR_reason_error_string(error) else { return "The TLS handshake failed." }
        return "The TLS handshake failed: \(String(cString: text))."
    }
}
