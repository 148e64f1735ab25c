import Cryptography
import DTLS
import ICE
import Primitives
import RTP

/// One path to the other side: ICE finds it, DTLS agrees on keys over it, SRTP uses them.
///
/// Composes the three machines and demultiplexes what shares their socket (RFC 7983). Sans-IO: datagrams and time go in, datagrams,
/// events and the time of the next wake-up come out. A class, because the sessions of OpenSSL and libsrtp are objects; it has one owner.
package final class SecureTransport {
    package enum Input {
        /// Anything meant for ICE: addresses, candidates, credentials, restarts.
        case ice(ICEAgent.Input)
        /// What a socket received.
        case datagram(Datagram)
        /// Of a connection to a relay.
        case stream(RelayStream.Report)
        /// The descriptions are complete: our role in DTLS (RFC 5763 §5), and the fingerprints that the peer's certificate must match one
        /// of. Another `association` than the last begins anew (RFC 8842 §4); the same one only takes the fingerprints.
        ///
        /// A transport that `carriesMedia` fails with a peer that has no SRTP.
        case startSecurity(association: Int, role: DTLSSession.Role, fingerprints: [CertificateFingerprint], carriesMedia: Bool = true)
        /// The time asked for by `.wait` has come.
        case timeout
        /// Says goodbye to the peer and ends.
        case close
    }

    package enum Output {
        case transmit(Datagram)
        case stream(RelayStream.Request)
        case event(Event)
        /// Nothing more until then, or until the next input.
        case wait(until: Instant?)
    }

    package enum Event {
        case ice(ICEAgent.Event)
        case securityStateChanged(SecurityState)
        /// An RTP packet, authenticated and decrypted.
        case rtp([UInt8])
        /// An RTCP compound packet, authenticated and decrypted.
        case rtcp([UInt8])
        /// What came over DTLS itself: a packet of SCTP (RFC 8261).
        case applicationData([UInt8])
    }

    /// RTCDtlsTransportState (webrtc-pc §5.5.1).
    package enum SecurityState: String, Sendable {
        /// Nothing has been sent or heard.
        case new
        /// The handshake runs, or waits for the peer's fingerprint.
        case connecting
        /// The peer's certificate is the one that its description named; keys are in use.
        case connected
        /// One side said goodbye.
        case closed
        /// The handshake failed or the certificate was not the one promised.
        case failed
    }

    /// Datagrams of the handshake that may arrive before we know our role: a ClientHello and its retransmissions.
    private static let earlyDatagramLimit = 8

    package private(set) var agent: ICEAgent
    package private(set) var securityState = SecurityState.new
    /// Why the state is `failed`.
    package private(set) var failureReason: String?
    package private(set) var dtls: DTLSSession?
    package private(set) var statistics = TransportStatistics()
    private let certificate: Certificate
    private var srtp: SRTPSession?
    private var earlyDatagrams: [[UInt8]] = []
    private var association: Int?
    private var hasStartedHandshake = false
    private var agentWakeUp: Instant?
    private var securityWakeUp: Instant?
    private var outputs: [Output] = []

    package init(isControlling: Bool, certificate: Certificate, random: RandomSource, localCredentials: ICECredentials? = nil) {
        self.certificate = certificate
        agent = ICEAgent(isControlling: isControlling, random: random, localCredentials: localCredentials)
    }

    /// What to gather from now on, and from which servers.
    package func configure(_ configuration: ICEConfiguration) { agent.configuration = configuration }

    /// The protection profile in use, once connected.
    package var srtpProfile: SRTPProfile? { srtp?.profile }

    package func handle(_ input: Input, at now: Instant) {
        switch input {
        case .ice(let input):
            agent.handle(input, at: now)
        case .datagram(let datagram):
            statistics.packetsReceived += 1
            statistics.bytesReceived += datagram.bytes.count
            statistics.lastPacketReceived = now
            if let opened = agent.open(datagram, at: now) { receive(opened, at: now) }
        case .stream(let report):
            for datagram in agent.open(report, at: now) {
                statistics.packetsReceived += 1
                statistics.bytesReceived += datagram.bytes.count
                statistics.lastPacketReceived = now
                receive(datagram, at: now)
            }
        case .startSecurity(let association, let role, let fingerprints, let carriesMedia):
            startSecurity(association: association, role: role, fingerprints: fingerprints, carriesMedia: carriesMedia, at: now)
        case .timeout:
            agent.handle(.timeout, at: now)
            dtls?.handle(.timeout, at: now)
        case .close:
            dtls?.handle(.close, at: now)
            drainSecurity(at: now)
            agent.handle(.close, at: now)
        }
        drain(at: now)
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        guard outputs.isEmpty else { return outputs.removeFirst() }
        return .wait(until: wakeUp)
    }

    /// Encrypts and sends an RTP packet; `false` where there is no way to send yet.
    package func send(rtp packet: [UInt8], at now: Instant) -> Bool { send(srtp?.protect(rtp: packet), at: now) }

    /// Encrypts and sends a compound RTCP packet; `false` where there is no way to send yet.
    package func send(rtcp packet: [UInt8], at now: Instant) -> Bool { send(srtp?.protect(rtcp: packet), at: now) }

    /// Sends a packet of SCTP over DTLS; what cannot be sent is lost, and SCTP sends it again.
    package func send(applicationData packet: [UInt8], at now: Instant) {
        dtls?.handle(.applicationData(packet), at: now)
        drainSecurity(at: now)
    }

    private func send(_ bytes: [UInt8]?, at now: Instant) -> Bool {
        guard let bytes, let pair = agent.selectedPair else { return false }
        transmit(bytes, over: pair, at: now)
        return true
    }

    private func transmit(_ bytes: [UInt8], over pair: SelectedPair, at now: Instant) {
        statistics.packetsSent += 1
        statistics.bytesSent += bytes.count
        statistics.lastPacketSent = now
        let datagram = Datagram(local: pair.base, remote: pair.remote, bytes: bytes)
        if agent.isRelayed(pair.base) {
            agent.send(datagram, at: now)
            drainAgent()
        } else {
            outputs.append(.transmit(datagram))
        }
    }

    // MARK: Receiving

    /// RFC 7983 §7: the first byte tells whose datagram it is.
    private func receive(_ datagram: Datagram, at now: Instant) {
        guard let first = datagram.bytes.first else { return }
        switch first {
        case 0...3:
            agent.handle(.datagram(datagram), at: now)
        case 20...63:
            receiveHandshake(datagram.bytes, at: now)
        case 128...191:
            receiveMedia(datagram.bytes)
        default:
            statistics.datagramsDropped += 1
        }
    }

    /// A peer that has our offer may start before we have its answer; what it says is kept until we know our role.
    private func receiveHandshake(_ bytes: [UInt8], at now: Instant) {
        if let dtls {
            dtls.handle(.datagram(bytes), at: now)
        } else if earlyDatagrams.count < Self.earlyDatagramLimit {
            earlyDatagrams.append(bytes)
        } else {
            statistics.datagramsDropped += 1
        }
    }

    /// RFC 5761 §4: payload types 64…95 in the second byte are RTCP packet types 192…223.
    private func receiveMedia(_ bytes: [UInt8]) {
        guard let srtp, bytes.count >= 2 else {
            statistics.datagramsDropped += 1
            return
        }
        if (192...223).contains(bytes[1]) {
            if let packet = srtp.unprotect(rtcp: bytes) { outputs.append(.event(.rtcp(packet))) }
        } else {
            if let packet = srtp.unprotect(rtp: bytes) { outputs.append(.event(.rtp(packet))) }
        }
    }

    // MARK: Security

    private func startSecurity(
        association: Int, role: DTLSSession.Role, fingerprints: [CertificateFingerprint], carriesMedia: Bool, at now: Instant
    ) {
        if let dtls, association == self.association {
            dtls.handle(.expectedFingerprints(fingerprints), at: now)
            return
        }
        // The keys of the former association serve until the new one is connected.
        self.association = association
        hasStartedHandshake = false
        let session = DTLSSession(role: role, certificate: certificate, requiresKeys: carriesMedia)
        dtls = session
        session.handle(.expectedFingerprints(fingerprints), at: now)
        for bytes in earlyDatagrams { session.handle(.datagram(bytes), at: now) }
        earlyDatagrams = []
    }

    /// The handshake starts when ICE has a pair to send on; before that its first flight would only be lost.
    private func startHandshakeIfPossible(at now: Instant) {
        guard let dtls, !hasStartedHandshake, agent.selectedPair != nil else { return }
        hasStartedHandshake = true
        dtls.handle(.start, at: now)
        enter(.connecting)
    }

    private func enter(_ state: SecurityState) {
        guard state != securityState else { return }
        securityState = state
        outputs.append(.event(.securityStateChanged(state)))
    }

    // MARK: Draining the machines

    private func drain(at now: Instant) {
        drainAgent()
        startHandshakeIfPossible(at: now)
        drainSecurity(at: now)
    }

    private func drainAgent() {
        while true {
            switch agent.pollOutput() {
            case .transmit(let datagram): outputs.append(.transmit(datagram))
            case .stream(let request): outputs.append(.stream(request))
            case .event(let event): outputs.append(.event(.ice(event)))
            case .wait(let instant):
                agentWakeUp = instant
                return
            }
        }
    }

    private func drainSecurity(at now: Instant) {
        guard let dtls else { return }
        while true {
            switch dtls.pollOutput() {
            case .transmit(let bytes):
                // Without a pair the flight is lost, and DTLS sends it again.
                guard let pair = agent.selectedPair else { continue }
                transmit(bytes, over: pair, at: now)
            case .event(.connected(let keys)):
                connect(with: keys)
            case .event(.applicationData(let bytes)):
                outputs.append(.event(.applicationData(bytes)))
            case .event(.failed(let failure)):
                failureReason = failure.description
                enter(.failed)
            case .event(.closed):
                enter(.closed)
            case .wait(let instant):
                securityWakeUp = instant
                return
            }
        }
    }

    private func connect(with keys: SRTPKeys?) {
        guard let keys else { return enter(.connected) }
        guard let profile = SRTPProfile(rawValue: keys.profile.rawValue),
            let session = SRTPSession(
                profile: profile, localKey: keys.localKey, localSalt: keys.localSalt, remoteKey: keys.remoteKey, remoteSalt: keys.remoteSalt)
        else {
            failureReason = "the agreed SRTP keys were refused"
            enter(.failed)
            return
        }
        srtp = session
        enter(.connected)
    }

    /// When `.timeout` is due.
    package var wakeUp: Instant? {
        switch (agentWakeUp, securityWakeUp) {
        case (let first?, let second?): min(first, second)
        case (let only, nil), (nil, let only): only
        }
    }
}
