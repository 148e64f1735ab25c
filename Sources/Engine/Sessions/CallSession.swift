import AudioDevices
import AudioPipeline
import CallProtocol
import JSEP
import Logging
import Primitives

/// Everything that one document of the browser has in the engine: connections, tracks, playbacks. Ends with the document, or, where the document wants it, some
/// time after it (`KeptCalls`).
///
/// A document is not trusted: handles are looked up, limits hold, and no handle reaches another document's objects.
@NetworkLoop
final class CallSession {
    /// Objects of a kind; far more than a softphone has, few enough that no page exhausts the machine.
    static let handleLimit = 64

    let document: DocumentNumber
    let origin: String
    /// Whose sound, network and keys its objects use.
    private(set) var engine: CallEngine
    /// Whose link the document is on, and so who hears of events; `nil` while there is no document. Mostly the same: other where a call was taken back over
    /// another link.
    private(set) weak var link: CallEngine?
    /// The calls shall outlive the document.
    private(set) var keepRequest: KeepRequest?
    /// Called when nobody is at the other end of any call any more, while there is no document.
    var onOver: (@NetworkLoop () -> Void)?
    var connections: [ConnectionHandle: CallConnection] = [:]
    var tracks: [TrackHandle: CallTrack] = [:]
    /// Tracks whose microphone is being opened.
    var opening: Set<TrackHandle> = []
    private var playbacks: [PlaybackHandle: CallPlayback] = [:]
    var certificates: [CertificateHandle: OwnCertificate] = [:]
    /// Those of the document that had the calls before: they go on until this one plays the calls itself.
    private var inheritedPlaybacks: [CallPlayback] = []
    private var watch: Watcher?
    private var levels = LevelBatch()
    /// Events of the request that is being carried out; `nil` between requests.
    private var heldEvents: [Event]?
    private(set) var isClosed = false

    init(document: DocumentNumber, origin: String, engine: CallEngine) {
        self.document = document
        self.origin = origin
        self.engine = engine
        link = engine
        engine.admit(self)
    }

    /// Carries a request out; `reply` is used exactly once. What the request causes is told after the reply, which holds the snapshot that
    /// the events go on from.
    func perform(_ request: Request, reply: ReplyPort) {
        heldEvents = []
        do throws(ProtocolError) {
            if let immediate = try answer(request, reply: reply) { reply.send(immediate) }
        } catch {
            reply.send(error)
        }
        let caused = heldEvents ?? []
        heldEvents = nil
        for event in caused { tell(event) }
    }

    /// Ends all that the document has. Idempotent.
    func close() {
        isClosed = true
        for connection in connections.values { connection.close() }
        for playback in playbacks.values { playback.close() }
        for track in tracks.values { track.stop() }
        connections = [:]
        playbacks = [:]
        tracks = [:]
        certificates = [:]
        watch = nil
        closeInheritedPlaybacks()
        engine.dismiss(self)
        engine.onMicrophones?()
    }

    /// Sends what the encoders have put into their rings, and tells of first packets.
    func pump() {
        for connection in connections.values { connection.pump() }
    }

    func resumeData() {
        for connection in connections.values { connection.resumeData() }
    }

    func tell(_ event: Event) {
        guard !isClosed else { return }
        if heldEvents != nil {
            heldEvents?.append(event)
        } else if let link {
            link.tell(document, event)
        } else if !hasCall {
            onOver?()
        }
    }

    // MARK: Requests

    /// The answer, or `nil` where `reply` is used later.
    private func answer(_ request: Request, reply: ReplyPort) throws(ProtocolError) -> Reply? {
        switch request {
        case .generateCertificate(let parameters):
            try generateCertificate(parameters, reply: reply)
            return nil
        case .createPeerConnection(let parameters): return try createConnection(parameters)
        case .closePeerConnection(let parameters):
            connections.removeValue(forKey: parameters.connection)?.close()
            if connections.isEmpty { closeInheritedPlaybacks() }
            return .done
        case .keepDocument(let parameters): return keep(seconds: parameters.seconds)
        case .setConfiguration(let parameters):
            try connection(parameters.connection).setConfiguration(parameters.configuration)
            return .done
        case .addTransceiver(let parameters): return try connection(parameters.connection).addTransceiver(parameters)
        case .setTransceiver(let parameters): return try connection(parameters.connection).setTransceiver(parameters)
        case .stopTransceiver(let parameters): return try connection(parameters.connection).stopTransceiver(parameters.transceiver)
        case .setParameters(let parameters): return try connection(parameters.connection).setParameters(parameters)
        case .createOffer(let parameters):
            return try connection(parameters.connection).createOffer(
                iceRestart: parameters.iceRestart ?? false, voiceActivityDetection: parameters.voiceActivityDetection ?? true)
        case .createAnswer(let parameters):
            return try connection(parameters.connection).createAnswer(voiceActivityDetection: parameters.voiceActivityDetection ?? true)
        case .setLocalDescription(let parameters): return try connection(parameters.connection).setLocal(parameters)
        case .setRemoteDescription(let parameters): return try connection(parameters.connection).setRemote(parameters)
        case .addIceCandidate(let parameters): return try connection(parameters.connection).addCandidate(parameters.candidate)
        case .restartIce(let parameters):
            try connection(parameters.connection).restartICE()
            return .done
        case .getStats(let parameters):
            return Reply(try connection(parameters.connection).report(full: parameters.full ?? false))
        case .insertDTMF(let parameters): return try connection(parameters.connection).insertDTMF(parameters)
        case .createDataChannel(let parameters): return try connection(parameters.connection).createDataChannel(parameters)
        case .sendData(let parameters): return try connection(parameters.connection).send(parameters)
        case .closeDataChannel(let parameters):
            connections[parameters.connection]?.closeDataChannel(parameters.channel)
            return .done
        case .setReceiver(let parameters):
            try connection(parameters.connection).setReceiver(parameters.transceiver, isEnabled: parameters.enabled)
            return .done
        case .getUserMedia(let parameters):
            try openMicrophone(parameters, reply: reply)
            return nil
        case .cloneTrack(let parameters): return try cloneTrack(parameters)
        case .setMix(let parameters): return try setMix(parameters)
        case .setTrack(let parameters):
            try track(parameters.track).setEnabled(parameters.enabled)
            return .done
        case .stopTrack(let parameters):
            tracks[parameters.track]?.stop()
            engine.onMicrophones?()
            return .done
        case .provideSound(let parameters):
            try sounds.keep(parameters, of: origin)
            return .done
        case .setPlayback(let parameters):
            try setPlayback(parameters, reply: reply)
            return nil
        case .closePlayback(let parameters):
            playbacks.removeValue(forKey: parameters.playback)?.close()
            return .done
        case .watch(let parameters):
            watch = Watcher(parameters, canReport: { [weak self] in self?.canReport ?? false }) { [weak self] in
                self?.reportLevels(atOnce: parameters.levelsAtOnce ?? 1)
            } stats: { [weak self] in
                self?.reportStatistics()
            }
            return .done
        case .openDocument, .closeDocument, .reclaim, .endKept, .enumerateDevices, .status, .collectLog:
            throw ProtocolError(.engineFailure, "this request is not a session's")
        }
    }

    private func createConnection(_ parameters: CreatePeerConnection) throws(ProtocolError) -> Reply {
        try checkFree(parameters.connection, in: connections)
        let connection = CallConnection(handle: parameters.connection, session: self)
        var certificate = engine.certificate
        if let handle = parameters.certificate {
            guard case .made(let own)? = certificates[handle] else { throw ProtocolError(.unknownHandle, "there is no certificate \(handle)") }
            certificate = own
        }
        try connection.open(parameters.configuration ?? Configuration(), certificate: certificate)
        connections[parameters.connection] = connection
        return Reply(SnapshotResult(snapshot: connection.snapshot))
    }

    // MARK: Lookups

    func connection(_ handle: ConnectionHandle) throws(ProtocolError) -> CallConnection {
        guard let connection = connections[handle] else { throw ProtocolError(.unknownHandle, "there is no connection \(handle)") }
        return connection
    }

    func track(_ handle: TrackHandle) throws(ProtocolError) -> CallTrack {
        guard let track = tracks[handle] else { throw ProtocolError(.unknownHandle, "there is no track \(handle)") }
        return track
    }

    /// Handles of pages are positive and used once.
    func checkFree<Name: Handle, Object>(_ handle: Name, in table: [Name: Object]) throws(ProtocolError) {
        guard handle.rawValue > 0 else { throw ProtocolError(.invalidParameter, "a page's handles are positive, \(handle) is not") }
        guard table[handle] == nil else { throw ProtocolError(.duplicateHandle, "\(handle) is in use already") }
        guard table.count < Self.handleLimit else {
            throw ProtocolError(.tooManyHandles, "a document has at most \(Self.handleLimit) objects of a kind")
        }
    }

    // MARK: Playbacks

    private func setPlayback(_ parameters: SetPlayback, reply: ReplyPort) throws(ProtocolError) {
        if playbacks[parameters.playback] == nil { try checkFree(parameters.playback, in: playbacks) }
        guard parameters.sources.count <= Self.handleLimit, parameters.volume.isFinite else {
            throw ProtocolError(.invalidParameter, "a playback has at most \(Self.handleLimit) sources and a finite volume")
        }
        let playback = playbacks[parameters.playback] ?? CallPlayback(sound: engine.sound)
        for hash in parameters.sources.compactMap(\.sound) where sounds.samples(hash, of: origin) == nil {
            throw ProtocolError(.unknownHandle, "there is no sound \(hash.prefix(64))")
        }
        // A source that has ended meanwhile is silent, and no reason to refuse the rest.
        let inputs: [SoundInput] = parameters.sources.compactMap { source in
            let gain = Float(source.gain ?? 1)
            if let hash = source.sound {
                guard let samples = sounds.samples(hash, of: origin) else { return nil }
                let voice = playback.voice(of: hash, samples: samples, position: source.position, loops: source.loops ?? false)
                return SoundInput(.sound(voice), gain: gain)
            }
            return soundSource(track: source.track, connection: source.connection, transceiver: source.transceiver).map { SoundInput($0, gain: gain) }
        }
        let deviceID = parameters.sinkId.flatMap { $0.isEmpty ? nil : $0 } ?? AudioDevice.defaultID
        playbacks[parameters.playback] = playback
        let wish = CallPlayback.Wish(
            inputs: inputs, isPlaying: parameters.playing, volume: Float(min(1, max(0, parameters.volume))), isMuted: parameters.muted,
            deviceID: deviceID)
        playback.apply(wish) { [weak self] error in
            guard let error else {
                // What goes falls silent when what comes is heard.
                if wish.playsCall { self?.closeInheritedPlaybacks() }
                return reply.send(.done)
            }
            reply.send(ProtocolError(.speakerNotFound, name: error.code == .notFound ? "NotFoundError" : "AbortError", error.reason))
        }
    }

    private func closeInheritedPlaybacks() {
        for playback in inheritedPlaybacks { playback.close() }
        inheritedPlaybacks = []
    }

    /// Sound files of this origin, as the browser behind the link has sent them.
    var sounds: SoundStore { (link ?? engine).sounds }
    var canReport: Bool { link?.canReport() ?? false }

    // MARK: Documents that come and go

    /// Whether there is something to be kept.
    var hasCall: Bool { connections.values.contains(where: \.isCall) }

    private func keep(seconds: Int) -> Reply {
        guard let granted = engine.kept.grant(seconds: seconds) else {
            keepRequest = nil
            return Reply(KeepResult(token: nil, seconds: 0))
        }
        // Asked again, it is the time that changes.
        let request = KeepRequest(token: keepRequest?.token ?? granted.token, time: granted.time)
        keepRequest = request
        return Reply(KeepResult(token: request.token, seconds: Int(request.time.wholeMilliseconds / 1000)))
    }

    /// The document has gone; the calls go on, and what is heard of them. Nobody hears of events any more.
    func loseDocument() {
        link = nil
        watch = nil
        // A ringtone has nobody who would end it.
        for (handle, playback) in playbacks where !playback.playsCall {
            playback.close()
            playbacks[handle] = nil
        }
        for connection in connections.values { connection.pauseData() }
    }

    /// Errors: this document has objects already, with the same handles, or in another engine.
    func checkTakingOver(_ former: CallSession) throws(ProtocolError) {
        let isEmpty = connections.isEmpty && playbacks.isEmpty && opening.isEmpty && !isMicrophoneOpen
        let isApart = former.connections.keys.allSatisfy { connections[$0] == nil } && former.tracks.keys.allSatisfy { tracks[$0] == nil }
        guard isApart, isEmpty || former.engine === engine else {
            throw ProtocolError(.invalidState, "A document takes calls back before it opens a microphone, calls or plays sound.")
        }
    }

    /// Takes over all that another document has left behind.
    func takeOver(_ former: CallSession) {
        if former.engine !== engine {
            engine.dismiss(self)
            engine = former.engine
            engine.admit(self)
        }
        for connection in former.connections.values { connection.session = self }
        connections.merge(former.connections) { own, _ in own }
        tracks.merge(former.tracks) { own, _ in own }
        inheritedPlaybacks += former.playbacks.values + former.inheritedPlaybacks
        former.becomeEmpty()
        engine.onMicrophones?()
        if canReport { resumeData() }
    }

    private func becomeEmpty() {
        connections = [:]
        tracks = [:]
        playbacks = [:]
        inheritedPlaybacks = []
        close()
    }

    // MARK: Events of devices

    var isMicrophoneOpen: Bool { tracks.values.contains(where: \.isCapturing) }

    func setMutedByDevice(_ isMuted: Bool) {
        for (handle, track) in tracks where track.isCapturing {
            track.setMuted(isMuted)
            tell(.trackMuted(handle, isMuted))
        }
    }

    func deviceEvent(_ event: AudioSystemEvent) {
        switch event {
        case .microphoneInterrupted(let microphone): tellTracks(on: microphone) { .trackMuted($0, true) }
        case .microphoneResumed(let microphone):
            // A track that the device's person has muted stays so.
            if !engine.isMutedByDevice { tellTracks(on: microphone) { .trackMuted($0, false) } }
        case .microphoneEnded(let microphone, let reason):
            tellTracks(on: microphone) { .trackEnded($0, reason: reason) }
            for track in tracks.values where track.microphone?.id == microphone.id { track.stop() }
            engine.onMicrophones?()
        case .speakerEnded(let speaker, let reason):
            for (handle, playback) in playbacks where playback.speakerID == speaker.id { tell(.playbackEnded(handle, reason: reason)) }
        case .speakerInterrupted, .speakerResumed, .devicesChanged: break
        }
    }

    private func tellTracks(on microphone: Microphone, _ event: (TrackHandle) -> Event) {
        for (handle, track) in tracks where track.microphone?.id == microphone.id && !track.isEnded { tell(event(handle)) }
    }

    // MARK: Reports

    /// - Parameter atOnce: levels that go out together.
    func reportLevels(atOnce: Int) {
        levels.add(
            tracks: tracks.filter { !$0.value.isEnded }.mapValues { $0.local.level.read().level },
            receivers: connections.flatMap { $0.value.receiverLevels })
        if let event = levels.take(atOnce) { tell(event) }
    }

    func reportStatistics() {
        for (handle, connection) in connections { tell(.stats(handle, connection.report(full: false))) }
    }

    var status: EngineStatus.Document {
        let live = tracks.values.filter(\.isCapturing)
        return EngineStatus.Document(
            document: document, origin: origin, microphoneOpen: !live.isEmpty, microphone: live.first?.microphone?.device.label,
            connections: connections.sorted { $0.key < $1.key }.map(\.value.status))
    }
}
