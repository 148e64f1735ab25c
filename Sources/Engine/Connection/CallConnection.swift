import AudioCodecs
import AudioPipeline
import CallProtocol
import Cryptography
import ICE
import JSEP
import NIOCore
import Primitives
import RTP
import SDP

/// A page's `RTCPeerConnection` in the engine: the connection on its sockets, and what it sends and plays in the audio graph.
@NetworkLoop
final class CallConnection {
    let handle: ConnectionHandle
    /// Another one when a call is taken back by another document.
    unowned var session: CallSession
    private(set) var driver: ConnectionDriver?
    let media: ConnectionMedia
    private(set) var configuration = Configuration()
    private var reporter = StatsReporter()
    /// The snapshot that the page has got last, so that an event is told only when it shows something new.
    private var told: Snapshot?
    private var isClosed = false
    /// Messages of data channels are left with the other side, since the page's pipe is full.
    var isDataPaused = false

    init(handle: ConnectionHandle, session: CallSession) {
        self.handle = handle
        self.session = session
        media = ConnectionMedia(graph: session.engine.sound.graph)
    }

    /// Makes the connection; called once.
    ///
    /// Errors: a configuration that cannot be had.
    func open(_ configuration: Configuration, certificate: Certificate) throws(ProtocolError) {
        let servers = try ServerURL.servers(of: configuration)
        self.configuration = configuration
        let peer = PeerConnection(
            configuration: PeerConnectionConfiguration(
                certificate: certificate, bundlePolicy: Self.bundlePolicy(configuration.bundlePolicy),
                rtcpMuxPolicy: configuration.rtcpMuxPolicy == "negotiate" ? .negotiate : .require, clock: session.engine.clock),
            random: .system)
        driver = ConnectionDriver(
            peer: peer, servers: servers, policy: Self.policy(configuration), resolver: session.engine.resolver,
            interfaces: session.engine.interfaces, network: session.engine.network
        ) { [weak self] event in self?.handle(event) }
    }

    /// webrtc-pc §4.4.1.6 `setConfiguration`. Servers count for what is gathered from now on.
    func setConfiguration(_ new: Configuration) throws(ProtocolError) {
        let servers = try ServerURL.servers(of: new)
        configuration = new
        driver?.setServers(servers, policy: Self.policy(new))
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        media.close()
        driver?.close()
    }

    // MARK: Negotiation

    func addTransceiver(_ parameters: AddTransceiver) throws(ProtocolError) -> Reply {
        guard parameters.transceiver.rawValue > 0 else { throw ProtocolError(.invalidParameter, "a page's handles are positive") }
        guard let kind = MediaKind(rawValue: parameters.kind), let direction = MediaDirection(rawValue: parameters.direction) else {
            throw ProtocolError(.invalidParameter, "there is no \(parameters.kind) transceiver that is \(parameters.direction)")
        }
        let handle = TransceiverHandle(rawValue: parameters.transceiver.rawValue)
        let track = try parameters.track.map { handle throws(ProtocolError) in try session.track(handle) }
        try negotiate { negotiator throws(JSEPError) in
            guard negotiator.transceivers.count < 64 else { throw JSEPError(.operationError, "A connection has at most 64 transceivers.") }
            try negotiator.addTransceiver(
                handle, kind: kind, direction: direction,
                sender: SenderSource(trackID: parameters.trackId, streams: parameters.streams ?? []),
                byAddTrack: parameters.byAddTrack ?? false, receiverTrackID: parameters.receiverTrackId)
        }
        media.setTrack(track?.local, hasForeignTrack: parameters.trackId != nil && kind == .audio, of: handle)
        return reply()
    }

    func setTransceiver(_ parameters: SetTransceiver) throws(ProtocolError) -> Reply {
        let handle = TransceiverHandle(rawValue: parameters.transceiver.rawValue)
        let direction = try parameters.direction.map { text throws(ProtocolError) in
            guard let direction = MediaDirection(rawValue: text) else { throw ProtocolError(.invalidParameter, "no direction is “\(text)”") }
            return direction
        }
        let track = try parameters.source?.track.map { handle throws(ProtocolError) in try session.track(handle) }
        try negotiate { negotiator throws(JSEPError) in
            var copy = negotiator
            if let source = parameters.source {
                try copy.setSenderTrack(source.trackId, of: handle, byAddTrack: parameters.byAddTrack ?? false)
            }
            if let direction { try copy.setDirection(direction, of: handle) }
            if let streams = parameters.streams { try copy.setStreams(streams, of: handle) }
            if let preferences = parameters.codecPreferences {
                try copy.setCodecPreferences(
                    preferences.map {
                        CodecPreference(mimeType: $0.mimeType, clockRate: $0.clockRate, channels: $0.channels, sdpFmtpLine: $0.sdpFmtpLine)
                    }, of: handle)
            }
            if let extensions = parameters.headerExtensions { try copy.setHeaderExtensions(extensions, of: handle) }
            negotiator = copy
        }
        if let source = parameters.source {
            let isAudio = driver?.read { peer in peer.negotiator.transceiver(handle)?.kind == .audio } ?? false
            media.setTrack(track?.local, hasForeignTrack: source.trackId != nil && isAudio, of: handle)
        }
        return reply()
    }

    func stopTransceiver(_ transceiver: TransceiverID) throws(ProtocolError) -> Reply {
        let handle = TransceiverHandle(rawValue: transceiver.rawValue)
        try negotiate { negotiator throws(JSEPError) in try negotiator.stop(handle) }
        media.setTrack(nil, hasForeignTrack: false, of: handle)
        return reply()
    }

    func setParameters(_ parameters: SetParameters) throws(ProtocolError) -> Reply {
        let handle = TransceiverHandle(rawValue: parameters.transceiver.rawValue)
        guard let encoding = parameters.encodings.first, parameters.encodings.count == 1 else {
            throw ProtocolError(.invalidModification, "an audio sender has one encoding")
        }
        media.setEncoding(of: handle, isActive: encoding.active, maximumBitrate: encoding.maxBitrate)
        return .done
    }

    func createOffer(iceRestart: Bool, voiceActivityDetection: Bool) throws(ProtocolError) -> Reply {
        let offer = try negotiate { negotiator throws(JSEPError) in
            try negotiator.createOffer(iceRestart: iceRestart, voiceActivityDetection: voiceActivityDetection)
        }
        return Reply(DescriptionResult(type: offer.type.rawValue, sdp: offer.sdp, snapshot: tellingSnapshot()))
    }

    func createAnswer(voiceActivityDetection: Bool) throws(ProtocolError) -> Reply {
        let answer = try negotiate { negotiator throws(JSEPError) in
            try negotiator.createAnswer(voiceActivityDetection: voiceActivityDetection)
        }
        return Reply(DescriptionResult(type: answer.type.rawValue, sdp: answer.sdp, snapshot: tellingSnapshot()))
    }

    func setLocal(_ parameters: SetLocalDescription) throws(ProtocolError) -> Reply {
        let type = try parameters.type.map(Self.descriptionType)
        let changes = try negotiate { negotiator throws(JSEPError) in
            // An empty sdp stands for the one created last (webrtc-pc §4.4.1.5).
            try negotiator.setLocal(type, sdp: parameters.sdp?.isEmpty == false ? parameters.sdp : nil)
        }
        return Reply(NegotiationResult(changes, snapshot: tellingSnapshot()))
    }

    func setRemote(_ parameters: SetRemoteDescription) throws(ProtocolError) -> Reply {
        let type = try Self.descriptionType(parameters.type)
        let changes = try negotiate { negotiator throws(JSEPError) in try negotiator.setRemote(type, sdp: parameters.sdp ?? "") }
        return Reply(NegotiationResult(changes, snapshot: tellingSnapshot()))
    }

    func addCandidate(_ candidate: Candidate?) throws(ProtocolError) -> Reply {
        try negotiate { negotiator throws(JSEPError) in
            try negotiator.addRemoteCandidate(
                candidate.map {
                    RemoteCandidate(
                        candidate: $0.candidate, sdpMid: $0.sdpMid, sdpMLineIndex: $0.sdpMLineIndex, usernameFragment: $0.usernameFragment)
                })
        }
        return reply()
    }

    func restartICE() throws(ProtocolError) {
        try negotiate { negotiator throws(JSEPError) in negotiator.restartICE() }
    }

    private func negotiate<Result>(
        _ body: (inout Negotiator) throws(JSEPError) -> Result
    ) throws(ProtocolError) -> Result {
        guard let driver else { throw ProtocolError(.invalidState, "the connection is closed") }
        do {
            return try driver.perform { peer, now in try peer.negotiate(at: now, body) }
        } catch let error as JSEPError {
            throw ProtocolError(error)
        } catch {
            throw ProtocolError(.engineFailure, "\(error)")
        }
    }

    private static func descriptionType(_ text: String) throws(ProtocolError) -> DescriptionType {
        guard let type = DescriptionType(rawValue: text) else { throw ProtocolError(.typeMismatch, "no description is a “\(text)”") }
        return type
    }

    private static func policy(_ configuration: Configuration) -> ICEConfiguration.Policy {
        configuration.iceTransportPolicy == "relay" ? .relay : .all
    }

    private static func bundlePolicy(_ text: String?) -> NegotiatorConfiguration.BundlePolicy {
        text.flatMap(NegotiatorConfiguration.BundlePolicy.init(rawValue:)) ?? .balanced
    }

    // MARK: Media

    func receiver(of transceiver: TransceiverID) -> ReceiveStream {
        media.receiver(of: TransceiverHandle(rawValue: transceiver.rawValue))
    }

    func setReceiver(_ transceiver: TransceiverID, isEnabled: Bool) throws(ProtocolError) {
        media.setReceiver(TransceiverHandle(rawValue: transceiver.rawValue), isEnabled: isEnabled)
    }

    func insertDTMF(_ parameters: InsertDTMF) throws(ProtocolError) -> Reply {
        let handle = TransceiverHandle(rawValue: parameters.transceiver.rawValue)
        guard let tones = DTMFToneList(parameters.tones) else {
            throw ProtocolError(.engineFailure, name: "InvalidCharacterError", "“\(parameters.tones)” holds what is no tone")
        }
        guard media.send(tones, of: handle, duration: parameters.duration, gap: parameters.interToneGap) else {
            throw ProtocolError(.invalidState, "no telephone events can be sent on this transceiver")
        }
        return .done
    }

    /// Sends what waits in the senders' rings, and tells of receivers that have heard their first packet.
    func pump() {
        driver?.perform { peer, now in media.sendFrames(over: peer, at: now) }
        for change in media.takeToneChanges() { session.tell(.toneChange(handle, TransceiverID(rawValue: change.0.rawValue), tone: change.1)) }
    }

    private func handle(_ event: PeerConnection.Event) {
        switch event {
        case .localCandidate(let candidate):
            let described = candidate.map {
                Candidate(candidate: $0.candidate, sdpMid: $0.sdpMid, sdpMLineIndex: $0.sdpMLineIndex, usernameFragment: $0.usernameFragment)
            }
            // Gathering is complete before the candidate that says so.
            if candidate == nil { tellStates() }
            session.tell(.iceCandidate(handle, described, tellingSnapshot()))
        case .candidateError(let error):
            // webrtc-pc §4.8.3: an address that no candidate shows is not told here either.
            let local = configuration.iceTransportPolicy == "relay" ? nil : error.local
            session.tell(
                .iceCandidateError(
                    handle,
                    .init(
                        address: local?.ip.description, port: local.map { Int($0.port) }, url: error.url, errorCode: Int(error.code),
                        errorText: error.text)))
        case .statesChanged:
            tellStates()
        case .mediaChanged:
            driver?.read { peer in media.carryOut(peer.negotiator.mediaPlan) }
        case .lossReported(let transceiver, let losses):
            media.report(losses, on: transceiver)
        case .data(let event):
            tell(event)
        case .packet(let transceiver, let packet):
            if media.receive(packet, for: transceiver, at: NetworkLoop.now) {
                session.tell(.receiverMuted(handle, TransceiverID(rawValue: transceiver.rawValue), false))
            }
        }
    }

    // MARK: State

    /// Somebody is at the other end, or may be soon.
    var isCall: Bool {
        driver?.read { peer in
            switch peer.states.connection {
            // Who hangs up says goodbye by DTLS (RFC 8446 §6.1), after which a connection is not “closed” by webrtc-pc §4.3.3.
            case .connecting, .connected, .disconnected: peer.transports.values.contains { $0.secure.securityState != .closed }
            case .new, .failed, .closed: false
            }
        } ?? false
    }

    func reply() -> Reply { Reply(SnapshotResult(snapshot: tellingSnapshot())) }

    func tellStates() {
        let now = snapshot
        guard now != told else { return }
        told = now
        session.tell(.stateChanged(handle, now))
    }

    /// The snapshot for a message that is about to go to the page.
    func tellingSnapshot() -> Snapshot {
        let now = snapshot
        told = now
        return now
    }

    var snapshot: Snapshot {
        driver?.read(Snapshot.init(of:)) ?? .closed
    }

    func report(full: Bool) -> StatsResult {
        guard let driver else { return StatsResult(timestamp: 0, changed: [:], removed: []) }
        let clock = session.engine.clock
        let timestamp = clock.timestamp(at: NetworkLoop.now).unixMilliseconds
        let report = driver.read { peer in StatsBuilder(peer: peer, media: media, clock: clock, timestamp: timestamp).report }
        return reporter.difference(to: report, timestamp: timestamp, full: full)
    }

    var receiverLevels: [(ConnectionHandle, TransceiverID, Float)] {
        media.receiverLevels.map { (handle, TransceiverID(rawValue: $0.0.rawValue), Float($0.1)) }
    }

    var status: EngineStatus.Document.Connection {
        driver?.read { peer in
            var status = EngineStatus.Document.Connection(handle: handle, peer: peer)
            status.quality = CallQuality(peer: peer, media: media)
            return status
        }
            ?? EngineStatus.Document.Connection(connection: handle, state: "closed", iceState: "closed")
    }
}

extension ProtocolError {
    init(_ error: JSEPError) {
        let code: Code =
            switch error.name {
            case .invalidStateError: .invalidState
            case .invalidAccessError: .invalidAccess
            case .invalidModificationError: .invalidModification
            case .operationError: .descriptionRefused
            case .typeError: .typeMismatch
            }
        self.init(code, name: error.name.rawValue, error.message, sdpLine: error.sdpLine)
    }
}
