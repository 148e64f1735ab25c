import AudioCore
import AudioPipeline
import AudioProcessing
import Logging
import Primitives

/// The devices there are, those that are open, and who has them open. Lives on the device-control thread, and may block there.
final class DeviceTable {
    /// How long a device that is being closed is waited for before it is opened again.
    private static let closingPatience: Duration = .milliseconds(200)

    private let backend: any DeviceBackend
    private let graph: GraphControl
    private let logger: Logger
    private let tell: @Sendable (AudioSystemEvent) -> Void
    private(set) var devices: [AudioDevice]
    private var openDevices: [OpenDevice] = []
    private var closing: [ClosingDevice] = []
    private var lastID = 0
    private var nextPoll: Instant?
    private var nextService: Instant?

    /// Lists the devices.
    init(
        backend: any DeviceBackend, graph: GraphControl, logger: Logger, tell: @escaping @Sendable (AudioSystemEvent) -> Void
    ) {
        self.backend = backend
        self.graph = graph
        self.logger = logger
        self.tell = tell
        devices = backend.list()
    }

    // MARK: Opening

    func openMicrophone(_ id: String, options: CaptureOptions) throws(AudioDeviceError) -> Microphone {
        let open = try open(find(id, .input))
        guard case .input(let input) = open.node else { preconditionFailure("a microphone is an input") }
        lastID += 1
        let processor = options == .none ? nil : NearendCaptureProcessor(options: options)
        let chain = CaptureChain(input: input, processor: processor)
        let microphone = Microphone(id: lastID, device: open.device, chain: chain, statistics: open.statistics)
        open.microphones.append(microphone)
        graph.perform(.addChain(chain))
        pairEchoes()
        return microphone
    }

    func openSpeaker(_ id: String) throws(AudioDeviceError) -> Speaker {
        let open = try open(find(id, .output))
        guard case .output(let output) = open.node else { preconditionFailure("a loudspeaker is an output") }
        lastID += 1
        let speaker = Speaker(id: lastID, device: open.device, output: output, statistics: open.statistics)
        open.speakers.append(speaker)
        pairEchoes()
        return speaker
    }

    private func find(_ id: String, _ kind: AudioDevice.Kind) throws(AudioDeviceError) -> AudioDevice {
        if let device = devices.first(where: { $0.id == id && $0.kind == kind }) { return device }
        throw AudioDeviceError(.notFound, "there is no \(kind == .input ? "microphone" : "loudspeaker") “\(id)”")
    }

    private func open(_ device: AudioDevice) throws(AudioDeviceError) -> OpenDevice {
        if let open = openDevices.first(where: { $0.device.id == device.id && $0.device.kind == device.kind }) {
            // One that has ended is tried anew for whoever asks now.
            if open.hasEnded { try reopen(open) }
            return open
        }
        waitUntilClosed(device)
        let record = DeviceRecord(live: LatestValue(DeviceStatistics()))
        let open: OpenDevice
        switch device.kind {
        case .input:
            let source = try backend.openSource(device, record: record)
            let input = CaptureInput(source: source)
            open = OpenDevice(device: device, node: .input(input), port: source, statistics: record.live)
            graph.perform(.addInput(input))
        case .output:
            let sink = try backend.openSink(device, record: record)
            let output = PlaybackOutput(sink: sink)
            open = OpenDevice(device: device, node: .output(output), port: sink, statistics: record.live)
            graph.perform(.addOutput(output))
        }
        logger.info("opened “\(device.label)”", metadata: ["device": "\(device.id)", "kind": "\(device.kind)"])
        openDevices.append(open)
        return open
    }

    // MARK: Closing

    func close(_ microphone: Microphone) {
        guard let open = openDevices.first(where: { $0.microphones.contains { $0 === microphone } }) else { return }
        open.microphones.removeAll { $0 === microphone }
        graph.perform(.removeChain(microphone.chain))
        closeIfUnused(open)
    }

    func close(_ speaker: Speaker) {
        guard let open = openDevices.first(where: { $0.speakers.contains { $0 === speaker } }) else { return }
        open.speakers.removeAll { $0 === speaker }
        closeIfUnused(open)
    }

    /// Gives every device back. The audio thread has ended.
    func closeAll() {
        for open in openDevices { open.port.close() }
        openDevices = []
    }

    private func closeIfUnused(_ open: OpenDevice) {
        defer { pairEchoes() }
        guard open.isUnused else { return }
        openDevices.removeAll { $0 === open }
        let leaving = ClosingDevice(device: open.device, port: open.port)
        closing.append(leaving)
        switch open.node {
        case .input(let input): graph.perform(.removeInput(input)) { leaving.close() }
        case .output(let output): graph.perform(.removeOutput(output)) { leaving.close() }
        }
        logger.info("closing “\(open.device.label)”", metadata: ["device": "\(open.device.id)", "kind": "\(open.device.kind)"])
    }

    /// Hardware can be open only once: when it is being closed, the audio thread's next tick is waited for.
    private func waitUntilClosed(_ device: AudioDevice) {
        let deadline = Clock.now + Self.closingPatience
        while closing.contains(where: { $0.device == device && !$0.isClosed }), Clock.now < deadline {
            Clock.sleep(until: Clock.now + .milliseconds(5))
            graph.collect()
        }
    }

    /// Tells each microphone which loudspeaker it hears.
    private func pairEchoes() {
        var outputs: [(device: AudioDevice, output: PlaybackOutput)] = []
        for open in openDevices {
            if case .output(let output) = open.node { outputs.append((open.device, output)) }
        }
        for open in openDevices {
            let index = EchoPairing.output(for: open.device, among: outputs.map(\.device))
            for microphone in open.microphones {
                graph.perform(.setReference(microphone.chain, index.map { outputs[$0].output }))
            }
        }
    }

    // MARK: Time

    /// Looks after what is open and what there is. Returns when it wants to be called again, at the latest.
    func service(at now: Instant) -> Instant? {
        graph.collect()
        closing.removeAll(where: \.isClosed)
        if let period = backend.servicePeriod, !openDevices.isEmpty {
            if nextService.map({ now >= $0 }) ?? true {
                for open in openDevices { open.port.service() }
                nextService = now + period
            }
        } else {
            nextService = nil
        }
        for open in openDevices { look(after: open, at: now) }
        if let period = backend.pollPeriod, nextPoll.map({ now >= $0 }) ?? true {
            if nextPoll != nil, backend.hasChanged() { refresh() }
            nextPoll = now + period
        }
        return ([nextService, nextPoll] + openDevices.map(\.retry)).compactMap(\.self).min()
    }

    private func refresh() {
        let current = backend.list()
        guard current != devices else { return }
        devices = current
        logger.info("the list of sound devices has changed: \(current.map(\.label).joined(separator: ", "))")
        tell(.devicesChanged(current))
    }

    // MARK: Failures

    private func look(after open: OpenDevice, at now: Instant) {
        if let fault = open.port.takeFault() {
            if case .lost(let reason) = fault {
                logger.warning("“\(open.device.label)” has failed: \(reason)", metadata: ["device": "\(open.device.id)"])
            }
            carryOut(open.recovery.fail(fault, at: now), for: open, reason: "\(fault)", at: now)
        } else if let retry = open.retry, now >= retry {
            open.retry = nil
            carryOut(.reopen, for: open, reason: "it is gone", at: now)
        }
    }

    private func carryOut(_ first: DeviceRecovery.Step, for open: OpenDevice, reason: String, at now: Instant) {
        var step = first
        var reason = reason
        while true {
            switch step {
            case .restart:
                if open.port.recover() {
                    open.recovery.succeed(at: now)
                    return
                }
                step = open.recovery.failToRestart(at: now)
            case .reopen:
                do throws(AudioDeviceError) {
                    try reopen(open)
                    open.recovery.succeed(at: now)
                    return
                } catch {
                    reason = error.reason
                    step = open.recovery.failToReopen(at: now)
                }
            case .wait(let moment):
                open.retry = moment
                interrupt(open)
                return
            case .giveUp:
                end(open, reason: reason)
                return
            }
        }
    }

    /// Puts another port in the place of one that was lost. The audio thread leaves the lost one alone already.
    private func reopen(_ open: OpenDevice) throws(AudioDeviceError) {
        open.port.close()
        var initial = open.statistics.read()
        initial.reopenings += 1
        let record = DeviceRecord(initial: initial, live: open.statistics)
        switch open.node {
        case .input(let input):
            let source = try backend.openSource(open.device, record: record)
            open.port = source
            graph.perform(.setSource(input, source))
        case .output(let output):
            let sink = try backend.openSink(open.device, record: record)
            open.port = sink
            graph.perform(.setSink(output, sink))
        }
        logger.info("opened “\(open.device.label)” again", metadata: ["device": "\(open.device.id)"])
        open.hasEnded = false
        guard open.isInterrupted else { return }
        open.isInterrupted = false
        for microphone in open.microphones { tell(.microphoneResumed(microphone)) }
        for speaker in open.speakers { tell(.speakerResumed(speaker)) }
    }

    private func interrupt(_ open: OpenDevice) {
        guard !open.isInterrupted else { return }
        open.isInterrupted = true
        for microphone in open.microphones { tell(.microphoneInterrupted(microphone)) }
        for speaker in open.speakers { tell(.speakerInterrupted(speaker)) }
    }

    private func end(_ open: OpenDevice, reason: String) {
        open.port.close()
        open.hasEnded = true
        open.isInterrupted = false
        logger.error("“\(open.device.label)” is gone: \(reason)", metadata: ["device": "\(open.device.id)"])
        for microphone in open.microphones { tell(.microphoneEnded(microphone, reason: reason)) }
        for speaker in open.speakers { tell(.speakerEnded(speaker, reason: reason)) }
    }
}
