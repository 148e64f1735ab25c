import COpenSSL
import Cryptography
import Primitives

/// One DTLS 1.2 association, in which two endpoints prove who they are and agree on keys for SRTP (RFC 5764, RFC 8827 §6.5).
///
/// The two verbs of every machine: put something in with `handle`, then take out with `pollOutput` until it says `.wait`. A class with
/// one owner, because the state is OpenSSL's.
///
/// **Time.** When to send a flight again is OpenSSL's decision, which reads the time of day with `gettimeofday`; the session translates its
/// timer to the owner's clock for `.wait`. So the two clocks must run alike between two calls. In a program they do. In a test in virtual
/// time the module `VirtualClock` replaces `gettimeofday` for the test's thread: set it to the same moment that `handle` is given.
/// A step of the system's clock within the fraction of a second that a handshake takes brings a retransmission early, or late by as much: with
/// a flight lost and the clock put back by minutes at that moment, the handshake fails. Afterwards the clock does not matter.
/// What OpenSSL draws at random is its own, and differs between two runs of a test.
package final class DTLSSession {
    /// Which side starts (RFC 5763 §5: `a=setup:active` is the client).
    package enum Role: Sendable, Hashable {
        case client
        case server
    }

    package enum Input {
        /// A datagram of the peer's, told apart by its first byte (RFC 7983 §7).
        case datagram([UInt8])
        /// The time that `.wait` named has come. Harmless at any other time.
        case timeout
        /// There is a way to the peer: the client says hello. The server needs no telling.
        case start
        /// Say goodbye and end.
        case close
        /// What the peer's description promises; its certificate must match one of these. While there is none, `connected` is held back.
        case expectedFingerprints([CertificateFingerprint])
        /// A message for the peer, once connected; at most about 1 100 bytes, since DTLS does not cut messages.
        case applicationData([UInt8])
    }

    package enum Output {
        case transmit([UInt8])
        case event(Event)
        /// Nothing more until then, or until the next input.
        case wait(until: Instant?)
    }

    package enum Event {
        /// The handshake is complete and the peer's certificate is the one promised. Without keys where the peer has no SRTP, as some have
        /// that only open data channels, and the owner does not mind.
        case connected(SRTPKeys?)
        /// A message of the peer's; never before `connected`.
        case applicationData([UInt8])
        /// The session is over, and why.
        case failed(DTLSFailure)
        /// One of the sides said goodbye; the session is over.
        case closed
    }

    /// How far the session has come.
    package enum State: Sendable, Hashable {
        /// Nothing has been sent or heard.
        case new
        /// Flights go back and forth.
        case handshaking
        /// The handshake is complete, but nobody has told us yet whose certificate it should have been.
        case unverified
        /// Keys are agreed with the right peer.
        case connected
        /// One of the sides said goodbye.
        case closed
        /// The session broke.
        case failed
    }

    /// UDP payload of the largest datagram we send: fits any path that carries IPv6 (RFC 8200 §5) and tunnels besides.
    private static let mtu = 1200
    /// The first wait for an answer, in microseconds. RFC 6347 §4.2.4.1 asks for a second unless the application knows better, and
    /// lost flights at the start of a call are silence that people hear: browsers take 50 ms too.
    private static let firstTimer: UInt32 = 50_000
    /// The longest wait. OpenSSL gives up after twelve, so a handshake lasts at most 45 seconds.
    private static let longestTimer: UInt32 = 6_400_000
    /// Messages kept while the fingerprint is awaited.
    private static let heldMessageLimit = 64

    package let role: Role
    package private(set) var state = State.new
    /// DER of the certificate that the peer showed, whether or not it was the right one.
    package private(set) var peerCertificate: [UInt8]?
    /// Datagrams and messages dropped: malformed, too early or too late.
    package private(set) var dropCount = 0

    private let certificate: Certificate
    private let requiresKeys: Bool
    private let queue = DatagramQueue()
    /// `nil` when OpenSSL refused to make them; the session has failed then.
    private var context: DTLSContext?
    private var ssl: OpaquePointer?
    private var expectedFingerprints: [CertificateFingerprint] = []
    /// What the peer sent while its fingerprint was awaited.
    private var heldMessages: [[UInt8]] = []
    private var outputs: [Output] = []
    private var deadline: Instant?

    /// - Parameter requiresKeys: whether a peer that agrees on no profile of SRTP is one to fail with.
    package init(role: Role, certificate: Certificate, requiresKeys: Bool = true) {
        self.role = role
        self.requiresKeys = requiresKeys
        self.certificate = certificate
        do throws(DTLSFailure) {
            try makeSession()
        } catch {
            fail(error)
        }
    }

    deinit { SSL_free(ssl) }

    // MARK: Verbs

    package func handle(_ input: Input, at now: Instant) {
        guard state != .closed, state != .failed else {
            if case .datagram = input { dropCount += 1 }
            return
        }
        switch input {
        case .datagram(let bytes): receive(bytes)
        case .timeout: retransmitIfDue(at: now)
        case .start: start()
        case .close: close()
        case .expectedFingerprints(let fingerprints): expect(fingerprints)
        case .applicationData(let message): send(message)
        }
        flushDatagrams()
        deadline = nextDeadline(at: now)
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        guard outputs.isEmpty else { return outputs.removeFirst() }
        return .wait(until: deadline)
    }

    // MARK: Facts for statistics

    /// The version agreed on, as RTCTransportStats has it: four hexadecimal digits, `FEFD` for DTLS 1.2.
    package var versionCode: String? {
        guard let ssl, isEstablished else { return nil }
        let digits = String(UInt16(truncatingIfNeeded: SSL_version(ssl)), radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// The version's name for people, such as `DTLSv1.2`.
    package var versionName: String? {
        guard let ssl, isEstablished else { return nil }
        return SSL_get_version(ssl).map { String(cString: $0) }
    }

    /// The suite agreed on by its name in the IANA registry, such as `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`.
    package var cipherSuite: String? {
        guard let ssl, isEstablished else { return nil }
        return SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) }
    }

    /// The SRTP profile agreed on.
    package private(set) var protectionProfile: SRTPProtectionProfile?

    private var isEstablished: Bool {
        switch state {
        case .unverified, .connected: true
        case .new, .handshaking, .closed, .failed: false
        }
    }

    // MARK: Outputs

    /// Puts an event out, after the datagrams that OpenSSL made before it.
    private func announce(_ event: Event) {
        flushDatagrams()
        outputs.append(.event(event))
    }

    private func flushDatagrams() {
        for datagram in queue.outgoing { outputs.append(.transmit(datagram)) }
        queue.outgoing.removeAll(keepingCapacity: true)
    }

    // MARK: Setting up

    private func makeSession() throws(DTLSFailure) {
        ERR_clear_error()
        let context = try DTLSContext(
            certificate: certificate, verifyCertificate: verifyPeerCertificate, argument: Unmanaged.passUnretained(self).toOpaque())
        guard let ssl = SSL_new(context.pointer) else { throw DTLSFailure.lastOfOpenSSL() }
        guard let bio = queue.makeBIO() else {
            SSL_free(ssl)
            throw DTLSFailure.lastOfOpenSSL()
        }
        SSL_set_bio(ssl, bio, bio)
        _ = nearend_ssl_set_mtu(ssl, Self.mtu)
        DTLS_set_timer_cb(ssl) { _, microseconds in
            microseconds == 0 ? DTLSSession.firstTimer : min(microseconds * 2, DTLSSession.longestTimer)
        }
        switch role {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
        self.context = context
        self.ssl = ssl
    }

    // MARK: Inputs

    private func start() {
        guard state == .new else { return }
        state = .handshaking
        if role == .client { advanceHandshake() }
    }

    private func receive(_ bytes: [UInt8]) {
        // A client that has not said hello is spoken to by nobody.
        guard RecordCheck.isPlausible(bytes, overhead: recordOverhead), state != .new || role == .server else {
            dropCount += 1
            return
        }
        if state == .new { state = .handshaking }
        queue.incoming = bytes
        if state == .handshaking { advanceHandshake() }
        if isEstablished { readMessages() }
        // What OpenSSL did not want to see, such as after it failed.
        queue.incoming = nil
    }

    /// Bytes that the cipher agreed on adds to a record. Before one is agreed on, nobody has keys to protect records with.
    private var recordOverhead: Int {
        guard let ssl, let cipher = SSL_get_current_cipher(ssl) ?? SSL_get_pending_cipher(ssl) else { return RecordCheck.overheadOfGCM }
        return SSL_CIPHER_get_cipher_nid(cipher) == NID_chacha20_poly1305 ? RecordCheck.overheadOfChaCha : RecordCheck.overheadOfGCM
    }

    private func retransmitIfDue(at now: Instant) {
        guard let ssl, let deadline, now >= deadline else { return }
        ERR_clear_error()
        if nearend_dtls_handle_timeout(ssl) < 0, state == .handshaking { fail(DTLSFailure.lastOfOpenSSL()) }
    }

    private func close() {
        if isEstablished { sayGoodbye() }
        state = .closed
        announce(.closed)
    }

    private func expect(_ fingerprints: [CertificateFingerprint]) {
        // Once verified, the certificate stays the one it was: a new one would need a new association (RFC 8842 §4).
        guard state != .connected else { return }
        expectedFingerprints = fingerprints
        if state == .unverified { verify() }
    }

    private func send(_ message: [UInt8]) {
        guard let ssl, state == .connected, !message.isEmpty else {
            dropCount += 1
            return
        }
        ERR_clear_error()
        if SSL_write(ssl, message, Int32(clamping: message.count)) <= 0 {
            dropCount += 1
            ERR_clear_error()
        }
    }

    // MARK: The handshake

    private func advanceHandshake() {
        guard let ssl else { return }
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            completeHandshake(ssl)
            return
        }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            break
        case SSL_ERROR_ZERO_RETURN:
            state = .closed
            announce(.closed)
        default:
            fail(DTLSFailure.lastOfOpenSSL())
        }
    }

    private func completeHandshake(_ ssl: OpaquePointer) {
        state = .unverified
        let profile = SSL_get_selected_srtp_profile(ssl).flatMap {
            SRTPProtectionProfile(rawValue: UInt16(truncatingIfNeeded: $0.pointee.id))
        }
        guard profile != nil || !requiresKeys else {
            sayGoodbye()
            fail(DTLSFailure(.noSharedProfile, "the two sides share no SRTP protection profile"))
            return
        }
        protectionProfile = profile
        verify()
    }

    /// Lets the session be used if its peer is the one promised (RFC 5763 §5), or waits for the promise.
    private func verify() {
        guard !expectedFingerprints.isEmpty else { return }
        guard let peerCertificate, expectedFingerprints.contains(where: { $0.matches(peerCertificate) }) else {
            sayGoodbye()
            fail(DTLSFailure(.fingerprintMismatch, "the peer's certificate is not the one that its description promised"))
            return
        }
        let keys = exportKeys()
        guard keys != nil || protectionProfile == nil else {
            fail(DTLSFailure.lastOfOpenSSL())
            return
        }
        state = .connected
        announce(.connected(keys))
        for message in heldMessages { announce(.applicationData(message)) }
        heldMessages = []
    }

    /// RFC 5764 §4.2.
    private func exportKeys() -> SRTPKeys? {
        guard let ssl, let profile = protectionProfile else { return nil }
        let label = "EXTRACTOR-dtls_srtp"
        var exported = [UInt8](repeating: 0, count: 2 * (profile.keyByteCount + profile.saltByteCount))
        guard SSL_export_keying_material(ssl, &exported, exported.count, label, label.utf8.count, nil, 0, 0) == 1 else { return nil }
        return SRTPKeys(profile: profile, exported: exported, role: role)
    }

    /// Whether the handshake may go on with the certificate that the peer showed. Called by OpenSSL from within the handshake, so that
    /// the wrong certificate is answered by the alert `bad_certificate`; a promise that has not come is waited for in `verify`.
    fileprivate func accepts(_ certificate: [UInt8]) -> Bool {
        peerCertificate = certificate
        return expectedFingerprints.isEmpty || expectedFingerprints.contains { $0.matches(certificate) }
    }

    // MARK: After the handshake

    private func readMessages() {
        guard let ssl else { return }
        // A record holds at most 2^14 bytes (RFC 5246 §6.2.1).
        var room = [UInt8](repeating: 0, count: 1 << 14)
        while isEstablished {
            ERR_clear_error()
            let count = SSL_read(ssl, &room, Int32(room.count))
            if count > 0 {
                deliver(Array(room[..<Int(count)]))
                continue
            }
            switch SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
                return
            case SSL_ERROR_ZERO_RETURN:
                // RFC 5246 §7.2.1: a goodbye is answered by one.
                sayGoodbye()
                state = .closed
                announce(.closed)
            default:
                fail(DTLSFailure.lastOfOpenSSL())
            }
        }
    }

    private func deliver(_ message: [UInt8]) {
        if state == .connected {
            announce(.applicationData(message))
        } else if heldMessages.count < Self.heldMessageLimit {
            heldMessages.append(message)
        } else {
            dropCount += 1
        }
    }

    /// Sends close_notify; what comes of it does not matter.
    private func sayGoodbye() {
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
        ERR_clear_error()
    }

    private func fail(_ failure: DTLSFailure) {
        state = .failed
        announce(.failed(failure))
    }

    /// OpenSSL's timer on our clock.
    private func nextDeadline(at now: Instant) -> Instant? {
        guard let ssl, state != .closed, state != .failed else { return nil }
        let left = nearend_dtls_time_left(ssl)
        return left < 0 ? nil : now + .microseconds(left)
    }
}

private func verifyPeerCertificate(_ store: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let argument, let x509 = X509_STORE_CTX_get0_cert(store), let der = Certificate.derBytes(of: x509) else { return 0 }
    let session = Unmanaged<DTLSSession>.fromOpaque(argument).takeUnretainedValue()
    if session.accepts(der) { return 1 }
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
    return 0
}
