import COpenSSL
import Primitives

/// TLS over a stream of bytes (RFC 8446, RFC 5246), without the socket. As a client of a relay, whose certificate is judged by the system's authorities and by its
/// name (RFC 9525); or at either end of a remote desktop's channel, where both sides show certificates (`TLSIdentity`).
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
        /// The server has proven its name; to a server, the client has shown a certificate that it may have.
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
    /// The other side, for a person.
    private let peer: String

    /// - Parameter host: the name or address that the certificate must bear.
    package convenience init(host: String) {
        self.init(TLSTrust.system.pointer, peer: "TURN server")
        connect(to: host)
    }

    /// A client that shows a certificate.
    ///
    /// - Parameter host: the name or address that the server's certificate must bear.
    package convenience init(_ identity: TLSIdentity, host: String) {
        self.init(identity.pointer, peer: "device")
        connect(to: host)
    }

    /// A server, whose clients must show a certificate.
    package convenience init(serving identity: TLSIdentity) {
        self.init(identity.pointer, peer: "desktop")
        SSL_set_accept_state(session)
    }

    private init(_ context: OpaquePointer?, peer: String) {
        self.peer = peer
        guard let context, let session = SSL_new(context) else {
            (session, incoming, outgoing) = (nil, nil, nil)
            return
        }
        self.session = session
        incoming = BIO_new(BIO_s_mem())
        outgoing = BIO_new(BIO_s_mem())
        SSL_set_bio(session, incoming, outgoing)
    }

    private func connect(to host: String) {
        guard let session else { return }
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

    /// Whether the other side's certificate is for that name (RFC 9525 §6.3).
    package func peerBears(_ name: String) -> Bool {
        guard let certificate = SSL_get0_peer_certificate(session) else { return false }
        return X509_check_host(certificate, name, name.utf8.count, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS), nil) == 1
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
            // An alert: in TLS 1.3 a client hears here what the server thinks of its certificate.
            case _: fail("TLS was broken off\(Self.lastError.map { ": \($0)" } ?? "").")
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
            return "The certificate of the \(peer) is not accepted: \(String(cString: text))."
        }
        return "The TLS handshake failed\(Self.lastError.map { ": \($0)" } ?? "")."
    }

    /// What OpenSSL says of it.
    private static var lastError: String? {
        let error = ERR_peek_error()
        guard error != 0, let text = ERR_reason_error_string(error) else { return nil }
        return String(cString: text)
    }
}
