import AudioDevices
import CallProtocol
import Cryptography
import Glibc
import JSEP
import Logging
import Primitives
import RTP

/// The media engine of one link: every document that the worker opens has a session here, and all share devices, sockets' names and keys.
@NetworkLoop
package final class CallEngine {
    /// What a hello says that we can do.
    package nonisolated static let capabilities = ["audio", "opus", "pcmu", "pcma", "telephone-event", "dtmf", "data-channel", "mix"]
    /// Documents at once; a browser has far fewer that make calls.
    private static let documentLimit = 256

    /// Gets every event, for its document.
    package var onEvent: (@NetworkLoop (DocumentNumber, Event) -> Void)?
    /// Whether reports may be made now; they are held back while nobody reads.
    package var canReport: @NetworkLoop () -> Bool = { true }

    /// The last lines of the process's log, for a person who collects them.
    package var recentLog: @NetworkLoop () -> [String] = { [] }
    /// Asked before a document opens a microphone, and answered once: with nothing, or with why it may not. Where there is none, whoever reached the engine
    /// may.
    package var microphoneGate: (@NetworkLoop (_ origin: String, _ answer: @escaping @NetworkLoop @Sendable (ProtocolError?) -> Void) -> Void)?
    /// Called after a document has opened a microphone or closed one.
    package var onMicrophones: (@NetworkLoop () -> Void)?
    /// The remote desktop that it serves, as that calls itself; empty where browser and engine share a machine.
    package var desktop = ""
    /// What has crossed the channel of a remote desktop, where there is one.
    package var channelTraffic: @NetworkLoop () -> ChannelTraffic? = { nil }

    let sound: Sound
    let sounds = SoundStore()
    let resolver = HostNameResolver()
    let network: NetworkPolicy
    let interfaces: InterfaceWatcher
    let logger: Logger
    /// One certificate for all connections of this process (webrtc-pc §4.9 allows it); it reveals nothing that outlives the process.
    let certificate: Certificate
    let clock: NTPClock
    /// Of the documents on this link.
    private var sessions: [DocumentNumber: CallSession] = [:]
    /// Those whose objects use this engine's sound: the same, but for calls that outlive their document.
    private var residents: [CallSession] = []
    let kept: KeptCalls
    /// The person at the device has muted it; no page can undo that.
    private(set) var isMutedByDevice = false
    private var watch: Watcher?

    /// Starts the audio threads.
    ///
    /// - Parameter kept: where calls go that outlive their document; none does where this is left out.
    ///
    /// Errors: devices that cannot be used as configured, or a certificate that OpenSSL will not make.
    package init(devices: DeviceConfiguration, network: NetworkPolicy = NetworkPolicy(), kept: KeptCalls = KeptCalls(), logger: Logger) throws {
        self.logger = logger
        self.kept = kept
        self.network = network
        interfaces = InterfaceWatcher(policy: network)
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        let unixNanoseconds = Int64(moment.tv_sec) * 1_000_000_000 + Int64(moment.tv_nsec)
        clock = NTPClock(unixNanoseconds: unixNanoseconds, at: NetworkLoop.now)
        certificate = try Certificate.make(unixSeconds: Int64(moment.tv_sec))
        sound = try Sound(configuration: devices, logger: logger)
        sound.onWork = { [weak self] in self?.forEachResident { $0.pump() } }
        sound.onEvent = { [weak self] event in self?.deviceEvent(event) }
    }

    /// Does what the first call of a process would otherwise wait for: libsrtp's self-tests, some 25 ms. From any thread.
    package nonisolated static func prepare() { _ = SRTPLibrary.isReady }

    /// The devices there are, as the page's worker is told.
    package var devices: [DeviceDescription] { sound.devices.map(DeviceDescription.init) }

    /// Carries a request out. `reply` is used exactly once, now or when a device has been opened.
    package func perform(_ request: Request, document: DocumentNumber, reply: ReplyPort) {
        switch request {
        case .openDocument(let parameters): open(document, parameters, reply)
        case .closeDocument:
            if let session = sessions.removeValue(forKey: document) { release(session) }
            reply.send(.done)
        case .reclaim(let parameters): reclaim(document, parameters.token, reply)
        case .endKept(let parameters):
            kept.end(token: parameters.token, origin: document == .worker ? nil : sessions[document]?.origin ?? "", desktop: desktop)
            reply.send(.done)
        case .enumerateDevices:
            reply.send(DevicesResult(devices: devices))
        case .status:
            reply.send(status)
        case .collectLog:
            reply.send(CollectedLog(lines: recentLog()))
        case .watch(let parameters) where document == .worker:
            watchAll(parameters)
            reply.send(.done)
        case .keepDocument, .generateCertificate, .createPeerConnection, .setConfiguration, .addTransceiver, .setTransceiver, .stopTransceiver, .setParameters, .createOffer,
            .createAnswer, .setLocalDescription, .setRemoteDescription, .addIceCandidate, .restartIce, .closePeerConnection, .getStats,
            .insertDTMF, .createDataChannel, .sendData, .closeDataChannel, .getUserMedia, .cloneTrack, .setMix, .setTrack, .stopTrack, .setReceiver,
            .provideSound, .setPlayback, .closePlayback, .watch:
            guard let session = sessions[document] else {
                return reply.send(ProtocolError(.unknownDocument, "document \(document) is not open"))
            }
            session.perform(request, reply: reply)
        }
    }

    /// Mutes every microphone of this engine or gives them back: pages see their tracks `muted` (mediacapture-main §4.3.1.1), and cannot undo it.
    package func setMuted(_ isMuted: Bool) {
        guard isMuted != isMutedByDevice else { return }
        isMutedByDevice = isMuted
        forEachResident { $0.setMutedByDevice(isMuted) }
    }

    /// The origins of the documents that have a microphone open now.
    package var microphoneOrigins: Set<String> { Set(sessions.values.filter(\.isMicrophoneOpen).map(\.origin)) }

    /// Whether calls that are none of this link's use its sound.
    package var hasGuests: Bool { residents.contains { $0.link !== self } }

    /// Ends every call of this link, but for those that are to be kept, and closes their devices; the engine can be used again.
    package func closeAll(keepsCalls: Bool = true) {
        let open = sessions.values
        sessions = [:]
        for session in open {
            if keepsCalls { release(session) } else { session.close() }
        }
        watch = nil
    }

    /// Ends the audio threads too. Blocks for at most half a second; the last thing that is asked of an engine.
    package func stop() {
        closeAll(keepsCalls: false)
        for session in residents { session.close() }
        sound.stop()
        let tick = TickStatus(sound.tickStatistics)
        logger.info(
            "the audio thread has ended",
            metadata: [
                "ticks": "\(tick.count)", "lateTicks": "\(tick.late)", "skippedTicks": "\(tick.skipped)",
                "worstLatenessMs": "\(tick.worstLatenessMs)", "worstWorkMs": "\(tick.worstWorkMs)",
            ])
    }

    /// The pipe has room again: data channels go on that were held back while it had none.
    package func resumeData() { forEachSession { $0.resumeData() } }

    /// A session whose objects use this engine's sound begins, or ends.
    func admit(_ session: CallSession) { residents.append(session) }
    func dismiss(_ session: CallSession) { residents.removeAll { $0 === session } }

    func tell(_ document: DocumentNumber, _ event: Event) { onEvent?(document, event) }

    private func open(_ document: DocumentNumber, _ parameters: OpenDocument, _ reply: ReplyPort) {
        guard document.rawValue > 0 else {
            return reply.send(ProtocolError(.invalidParameter, "documents are numbered from 1"))
        }
        guard sessions[document] == nil else {
            return reply.send(ProtocolError(.duplicateHandle, "document \(document) is open already"))
        }
        guard sessions.count < Self.documentLimit else {
            return reply.send(ProtocolError(.tooManyHandles, "\(Self.documentLimit) documents are open"))
        }
        sessions[document] = CallSession(document: document, origin: parameters.origin, engine: self)
        logger.debug("document opened", metadata: ["document": "\(document)", "origin": "\(parameters.origin)"])
        reply.send(.done)
    }

    // MARK: Calls that outlive their document

    private func release(_ session: CallSession) {
        if kept.keep(session, desktop: desktop) {
            logger.notice("a call is kept for its next document", metadata: ["origin": "\(session.origin)"])
        } else {
            session.close()
        }
    }

    private func reclaim(_ document: DocumentNumber, _ token: String, _ reply: ReplyPort) {
        guard let session = sessions[document] else {
            return reply.send(ProtocolError(.unknownDocument, "document \(document) is not open"))
        }
        guard let former = kept.find(token: token, origin: session.origin, desktop: desktop) else {
            return reply.send(ProtocolError(.keptCallUnknown, "No such call is kept: it is over, or was taken back already."))
        }
        do throws(ProtocolError) {
            try session.checkTakingOver(former)
        } catch {
            return reply.send(error)
        }
        kept.give(former)
        session.takeOver(former)
        logger.notice("a kept call was taken back", metadata: ["origin": "\(session.origin)"])
        reply.send(session.reclaimed)
    }

    /// Gives a session up whose document cannot be reached.
    func surrender(_ session: CallSession) {
        sessions = sessions.filter { $0.value !== session }
    }

    var openSessions: [CallSession] { Array(sessions.values) }

    // MARK: Devices

    private func deviceEvent(_ event: AudioSystemEvent) {
        if case .devicesChanged(let devices) = event {
            let descriptions = devices.map(DeviceDescription.init)
            tell(.worker, .devicesChanged(descriptions))
            forEachSession { self.tell($0.document, .devicesChanged(descriptions)) }
        } else {
            forEachResident { $0.deviceEvent(event) }
        }
    }

    private func forEachSession(_ body: (CallSession) -> Void) {
        for session in sessions.values { body(session) }
    }

    private func forEachResident(_ body: (CallSession) -> Void) {
        for session in residents { body(session) }
    }

    // MARK: Status

    package var status: EngineStatus {
        EngineStatus(
            version: Version.current, devices: devices,
            documents: sessions.values.sorted { $0.document < $1.document }.map(\.status), tick: TickStatus(sound.tickStatistics), channel: channelTraffic())
    }

    private func watchAll(_ parameters: Watch) {
        watch = Watcher(parameters, canReport: { [weak self] in self?.canReport() ?? false }) { [weak self] in
            self?.forEachSession { $0.reportLevels(atOnce: parameters.levelsAtOnce ?? 1) }
        } stats: { [weak self] in
            self?.forEachSession { $0.reportStatistics() }
        }
    }
}

extension DeviceDescription {
    init(_ device: AudioDevice) {
        self.init(
            deviceId: device.id, kind: device.kind == .input ? .audioinput : .audiooutput, label: device.label, groupId: device.groupID,
            isDefault: device.isDefault)
    }
}
