import AudioDevices
import CallProtocol
import Engine
import Logging
import MessageCompression
import NIOCore
import Primitives
import SessionLayer

/// The long-lived engine on the agent's device: serves the sessions that relays in remote desktops open over their channels, and keeps their calls while
/// a channel is gone.
@NetworkLoop
package final class EngineServer {
    private struct Served {
        let link: HostLink
        let engine: CallEngine
        var traffic: ChannelTraffic
        let since: Instant
        let deflater = MessageDeflater()
        let inflater = MessageInflater(longestMessage: EngineServer.longestMessage)
    }

    /// Bytes that a message of a browser may have, which is what Chrome's native messaging lets it have.
    private nonisolated static let longestMessage = 64 << 20

    private let devices: DeviceConfiguration
    private let network: NetworkPolicy
    private let consent: Consent
    private let indicator = MicrophoneIndicator()
    /// Calls whose browser or document has gone.
    private let kept: KeptCalls
    private let logger: Logger
    private var machine: EngineEnd
    private var channels: [EngineEnd.ChannelID: any Channel] = [:]
    private var lastChannel = 0
    private var served: [SessionID: Served] = [:]
    /// Engines whose session is over: each has its audio thread, and is ready for the next session at once.
    private var idle: [CallEngine] = []
    private var timer: Scheduled<Void>?
    private var isPumping = false

    private var isMuted = false

    package init(
        devices: DeviceConfiguration, network: NetworkPolicy, microphone: MicrophonePolicy, answers: ConsentStore, grace: Duration, logger: Logger
    ) {
        self.devices = devices
        self.network = network
        consent = Consent(policy: microphone, store: answers, logger: logger)
        self.logger = logger
        var timing = SessionTiming()
        timing.lease = grace
        kept = KeptCalls(longest: grace)
        machine = EngineEnd(timing: timing, longestMessage: Self.longestMessage, random: .system)
        kept.onChange = { [weak self] in self?.microphonesChanged() }
        kept.cutOff = { [weak self] desktop in
            guard let self else { return [] }
            return served.filter { id, session in session.traffic.desktop == desktop && !machine.isAttached(id) }.values.map(\.engine)
        }
    }

    // MARK: Channels

    /// A new connection to the engine's socket.
    func accept(_ channel: any Channel) -> EngineEnd.ChannelID {
        lastChannel += 1
        let id = EngineEnd.ChannelID(lastChannel)
        channels[id] = channel
        machine.handle(.channelOpened(id), at: NetworkLoop.now)
        pump()
        return id
    }

    func receive(_ bytes: [UInt8], on id: EngineEnd.ChannelID) {
        machine.handle(.received(id, bytes), at: NetworkLoop.now)
        count(id) { $0.bytesToDevice += bytes.count }
        pump()
    }

    func ended(_ id: EngineEnd.ChannelID) {
        guard channels.removeValue(forKey: id) != nil else { return }
        machine.handle(.channelClosed(id), at: NetworkLoop.now)
        pump()
    }

    // MARK: Sessions

    func isWritable(_ id: SessionID) -> Bool {
        machine.isAttached(id) && (machine.waiting(of: id) ?? 0) < 64 * 1024
    }

    func send(_ message: [UInt8], about kind: MessageKind, to id: SessionID) {
        guard let deflater = served[id]?.deflater else { return }
        let deflated = deflater.deflate(message)
        served[id]?.traffic.count(deflated.count, of: kind, \.bytesToDesktop)
        machine.handle(.message(id, deflated), at: NetworkLoop.now)
        pump()
    }

    func finish(_ id: SessionID) {
        machine.handle(.finish(id, nil), at: NetworkLoop.now)
        pump()
    }

    /// Ends all calls, and tells every relay why. The last thing that is asked of a server.
    package func stop() {
        for id in served.keys {
            machine.handle(.finish(id, SessionFailure(.engineUnavailable, "The engine on the device has been stopped.")), at: NetworkLoop.now)
        }
        pump()
        timer?.cancel()
        kept.endAll()
        for engine in idle { engine.stop() }
        idle = []
    }

    private func open(_ id: SessionID, desktop: String) {
        let name = String(desktop.prefix(128).filter { !$0.isNewline })
        let engine: CallEngine
        do {
            engine = try idleEngine(for: name) ?? CallEngine(devices: devices, network: network, kept: kept, logger: logger)
            engine.recentLog = { RecentLog.shared.all }
        } catch {
            logger.error("the sound devices cannot be used", metadata: ["reason": "\(error)"])
            let failure = SessionFailure(.engineUnavailable, "The sound devices of this device cannot be used: \(error)")
            return machine.handle(.finish(id, failure), at: NetworkLoop.now)
        }
        let link = HostLink(engine: engine, port: SessionPort(id, server: self), place: "device", logger: logger)
        engine.desktop = name
        engine.channelTraffic = { [weak self] in self?.served[id]?.traffic }
        engine.microphoneGate = { [weak self] origin, answer in self?.consent.decide(desktop: name, origin: origin, reply: answer) }
        engine.onMicrophones = { [weak self] in self?.microphonesChanged() }
        engine.setMuted(isMuted)
        served[id] = Served(link: link, engine: engine, traffic: ChannelTraffic(desktop: name), since: NetworkLoop.now)
        logger.notice("session opened", metadata: ["session": "\(id)", "desktop": "\(name)"])
    }

    /// The one with calls of that desktop that were kept, so that its documents may mix them with others of theirs; else one that has nobody's.
    private func idleEngine(for desktop: String) -> CallEngine? {
        let index = idle.firstIndex { $0.hasGuests && $0.desktop == desktop } ?? idle.firstIndex { !$0.hasGuests }
        return index.map { idle.remove(at: $0) }
    }

    private func microphonesChanged() {
        let open = served.values.flatMap { session in session.engine.microphoneOrigins.map { "\($0) in \(session.traffic.desktop)" } }
        indicator.show(open + kept.holdings.filter(\.isMicrophoneOpen).map { "\($0.origin) in \($0.desktop)" })
    }

    private func deliver(_ bytes: [UInt8], to id: SessionID) {
        guard let session = served[id] else { return }
        do throws(MessageInflater.Failure) {
            let kind = session.link.receive(try session.inflater.inflate(bytes))
            served[id]?.traffic.count(bytes.count, of: kind, \.bytesToDevice)
        } catch {
            machine.handle(.finish(id, SessionFailure(.violation, "A message could not be taken apart: \(error).")), at: NetworkLoop.now)
        }
    }

    private func close(_ id: SessionID, _ failure: SessionFailure?) {
        guard let session = served.removeValue(forKey: id) else { return }
        // A browser that ends may come back. A relay that was away for the whole grace period has had its time.
        session.link.close(keepsCalls: failure == nil)
        session.engine.onEvent = nil
        microphonesChanged()
        idle.append(session.engine)
        logger.notice(
            "session ended",
            metadata: [
                "session": "\(id)", "reason": "\(failure?.description ?? "the browser has ended it")",
                "toDevice": "\(session.traffic.bytesToDevice)", "toDesktop": "\(session.traffic.bytesToDesktop)", "losses": "\(session.traffic.losses)",
            ])
    }

    private func count(_ channel: EngineEnd.ChannelID, _ change: (inout ChannelTraffic) -> Void) {
        guard let id = machine.session(on: channel), let index = served.index(forKey: id) else { return }
        change(&served.values[index].traffic)
    }

    // MARK: Commands

    /// What the person at the device wants.
    func perform(_ command: EngineCommand) -> EngineReport {
        switch command {
        case .report: break
        case .mute, .unmute:
            isMuted = command == .mute
            logger.notice(isMuted ? "microphones are muted on this device" : "microphones are given back")
            for engine in served.values.map(\.engine) + idle { engine.setMuted(isMuted) }
        }
        let now = NetworkLoop.now
        let sessions = served.map { id, session in
            EngineReport.Session(
                channel: session.traffic, isConnected: machine.isAttached(id), seconds: Double((now - session.since).wholeMilliseconds) / 1000,
                status: session.engine.status)
        }
        return EngineReport(version: Version.current, isMuted: isMuted, sessions: sessions.sorted { $0.seconds > $1.seconds }, kept: kept.holdings)
    }

    // MARK: The machine

    /// Does what the machine wants until it waits. Whatever is said meanwhile is done by the turn that is under way.
    private func pump() {
        if isPumping { return }
        isPumping = true
        defer { isPumping = false }
        var flushes: Set<EngineEnd.ChannelID> = []
        while true {
            switch machine.pollOutput(at: NetworkLoop.now) {
            case .transmit(let id, let bytes):
                channels[id]?.write(ByteBuffer(bytes: bytes), promise: nil)
                flushes.insert(id)
                count(id) { $0.bytesToDesktop += bytes.count }
            case .closeChannel(let id):
                flushes.remove(id)
                // It has said its last word; it is forgotten here so that its end is not told to the machine again.
                guard let channel = channels.removeValue(forKey: id) else { continue }
                channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
                machine.handle(.channelClosed(id), at: NetworkLoop.now)
            case .opened(let id, let desktop): open(id, desktop: desktop)
            case .deliver(let id, let message): deliver(message, to: id)
            case .suspended(let id):
                served[id]?.traffic.losses += 1
                logger.notice("the remote desktop's client is away; calls go on", metadata: ["session": "\(id)"])
            case .resumed(let id):
                logger.notice("the remote desktop is back", metadata: ["session": "\(id)"])
            case .ended(let id, let failure): close(id, failure)
            case .wait(let until):
                for id in flushes { channels[id]?.flush() }
                flushes = []
                if drainLinks() { continue }
                return schedule(until)
            }
        }
    }

    /// Lets links say what waited for room; whether the machine has got something new to do.
    private func drainLinks() -> Bool {
        var before = 0, after = 0
        for (id, session) in served where isWritable(id) {
            before += machine.waiting(of: id) ?? 0
            session.link.drain()
            after += machine.waiting(of: id) ?? 0
        }
        return after != before
    }

    private func schedule(_ until: Instant?) {
        timer?.cancel()
        timer = until.map { deadline in
            NetworkLoop.schedule(at: deadline) { [weak self] in
                guard let self else { return }
                self.machine.handle(.timeout, at: NetworkLoop.now)
                self.pump()
            }
        }
    }
}
