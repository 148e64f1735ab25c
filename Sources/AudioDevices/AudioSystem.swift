import AudioCore
import AudioPipeline
import AudioProcessing
import Logging
import Primitives
import Synchronization

/// The sound of a process: its devices, the audio thread that moves samples through the graph every 10 ms, and the device-control
/// thread that opens and closes.
///
/// Any thread may call it, and nothing here waits but `start` (for the first list of devices) and `stop`. What happens in the graph
/// is asked for through `graph`; what opening leads to is told to the caller's closure on the device-control thread.
package final class AudioSystem: Sendable {
    /// Within this `stop` returns.
    private static let stopTimeout: Duration = .milliseconds(400)
    /// So long `start` waits for the list of devices; a sound server that is slower is told of by an event.
    private static let listTimeout: Duration = .milliseconds(500)

    /// The way into the audio graph: streams, tracks and playbacks are added, changed and removed here.
    package let graph: GraphControl
    private let logger: Logger
    private let onEvent: @Sendable (AudioSystemEvent) -> Void
    private let loopWake: WakePipe
    private let audioThread: AudioThread
    private let control: DeviceControlThread
    private let controlWake: WakePipe
    private let listed: WakePipe
    private let state = Mutex<State>(.ready)
    private let known = Mutex<[AudioDevice]>([])

    private enum State {
        case ready
        case running
        case stopped
    }

    /// The devices and the graph, not yet started.
    ///
    /// - Parameters:
    ///   - onEvent: called on the device-control thread.
    package init(logger: Logger, onEvent: @escaping @Sendable (AudioSystemEvent) -> Void) throws(AudioDeviceError) {
        self.logger = logger
        self.onEvent = onEvent
        let audioWake = try WakePipe()
        let controlWake = try WakePipe()
        loopWake = try WakePipe()
        listed = try WakePipe()
        graph = GraphControl(notify: { audioWake.signal() })
        let waker = PipeWaker(loop: loopWake, control: controlWake)
        audioThread = AudioThread(graph: AudioGraph(control: graph, waker: waker), wake: audioWake)
        control = try DeviceControlThread(wake: controlWake)
        self.controlWake = controlWake
    }

    deinit { stop() }

    /// Becomes readable when encoded frames wait in a `SendStream`. Whoever watches it reads it empty first and then looks at the streams.
    /// Stays open, and ours, as long as the system lives.
    package var wakeDescriptor: Int32 { loopWake.readEnd }

    /// How well the audio thread keeps its time.
    package var tickStatistics: TickStatistics { audioThread.statistics.read() }

    /// The devices there are, the default ones first.
    package var devices: [AudioDevice] { known.withLock(\.self) }

    /// Starts both threads and lists the devices.
    ///
    /// - Throws: `.notFound` where the virtual microphone's file cannot be used, `.stopped` where it was started before.
    package func start(_ configuration: DeviceConfiguration) throws(AudioDeviceError) {
        let isFirst = state.withLock { state in
            guard case .ready = state else { return false }
            state = .running
            return true
        }
        guard isFirst else { throw AudioDeviceError(.stopped, "an audio system is started once") }
        switch configuration {
        case .alsa(let captureDefault, let playbackDefault):
            let backend = ALSABackend(captureDefault: captureDefault, playbackDefault: playbackDefault, control: controlWake)
            try start(backend)
        case .virtual(let microphone, let loops, let loudspeaker):
            try start(VirtualBackend(microphone: microphone, loops: loops, loudspeaker: loudspeaker))
        }
        listed.wait(atMost: Self.listTimeout)
        switch tickStatistics.scheduling {
        case .realTime: logger.info("the audio thread runs in real time")
        case .normal(let code): logger.notice("the audio thread has no real-time priority (error \(code)); see RLIMIT_RTPRIO")
        case .undetermined: break
        }
    }

    /// Starts with devices of one's own making; for tests.
    func start(_ backend: sending any DeviceBackend) throws(AudioDeviceError) {
        try audioThread.start()
        let tell: @Sendable (AudioSystemEvent) -> Void = { [weak self] event in
            if case .devicesChanged(let devices) = event { self?.known.withLock { $0 = devices } }
            self?.onEvent(event)
        }
        try control.start { [graph, logger, listed, weak self] in
            let table = DeviceTable(backend: backend, graph: graph, logger: logger, tell: tell)
            let devices = table.devices
            self?.known.withLock { $0 = devices }
            listed.signal()
            return table
        }
    }

    /// Opens a microphone. One that is open already is shared; each call has a processing chain of its own.
    ///
    /// - Parameters:
    ///   - deviceID: of the list; `AudioDevice.defaultID` for the default one.
    ///   - completion: called once, on the device-control thread.
    package func openMicrophone(
        _ deviceID: String, options: CaptureOptions,
        completion: @escaping @Sendable (Result<Microphone, AudioDeviceError>) -> Void
    ) {
        submit(completion) { table throws(AudioDeviceError) in try table.openMicrophone(deviceID, options: options) }
    }

    /// Opens a loudspeaker. One that is open already is shared.
    package func openSpeaker(_ deviceID: String, completion: @escaping @Sendable (Result<Speaker, AudioDeviceError>) -> Void) {
        submit(completion) { table throws(AudioDeviceError) in try table.openSpeaker(deviceID) }
    }

    /// Gives a microphone back; its tracks are silent from then on. The device closes with its last microphone.
    package func close(_ microphone: Microphone) {
        _ = control.submit { $0.close(microphone) }
    }

    /// Gives a speaker back. The device closes with its last speaker.
    package func close(_ speaker: Speaker) {
        _ = control.submit { $0.close(speaker) }
    }

    /// Ends both threads and closes every device, within half a second. Afterwards opening fails and changes of the graph are
    /// completed without being carried out. A second call does nothing.
    package func stop() {
        let wasRunning = state.withLock { state in
            guard case .running = state else { return false }
            state = .stopped
            return true
        }
        guard wasRunning else { return }
        audioThread.stop()
        let hasEnded = control.stop(within: Self.stopTimeout) { [graph] table in
            graph.close()
            table.closeAll()
        }
        if !hasEnded { logger.warning("a sound device does not answer; it is closed when it does") }
    }

    private func submit<Opened>(
        _ completion: @escaping @Sendable (Result<Opened, AudioDeviceError>) -> Void,
        _ open: @escaping @Sendable (DeviceTable) throws(AudioDeviceError) -> Opened
    ) {
        let isAccepted = control.submit { table in
            do throws(AudioDeviceError) {
                completion(.success(try open(table)))
            } catch {
                completion(.failure(error))
            }
        }
        if !isAccepted { completion(.failure(AudioDeviceError(.stopped, "the audio system has been stopped"))) }
    }
}

/// Wakes the network loop and device control through their pipes.
private final class PipeWaker: GraphWaker {
    private let loop: WakePipe
    private let control: WakePipe

    init(loop: WakePipe, control: WakePipe) {
        self.loop = loop
        self.control = control
    }

    func wakeLoop() { loop.signal() }
    func wakeCollector() { control.signal() }
}
