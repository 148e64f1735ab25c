import AudioCodecs
import AudioCore
import AudioDevices
import AudioPipeline
import AudioProcessing
import Glibc
import Logging
import Playout
import Primitives
import Synchronization

/// Counts the audio thread's allocations and locks in a call through the virtual device: microphone file → processing → Opus → packets, and as
/// packets → jitter buffer → mixer → loudspeaker file, in real time on the real thread, with a packet lost now and then.
///
/// Started by run.sh, which preloads the counter. `--calls` says how many calls there are at once, from one
/// microphone and to one loudspeaker.
@main enum AllocationsPerTick {
    private typealias Watch = @convention(c) (Int32) -> Void
    private typealias Count = @convention(c) () -> Int

    /// The call's warm-up, in which the canceller, the jitter buffer and the like reach everything that they will.
    private static let warmUpSeconds = 2

    static func main() throws {
        guard let watch = symbol("heap_watch", Watch.self), let allocations = symbol("heap_allocations", Count.self),
            let frees = symbol("heap_frees", Count.self), let locks = symbol("lock_count", Count.self),
            let directory = argument("--directory")
        else { return fail("start run.sh, which preloads the counter and names a directory") }
        guard seesAllocations(watch, allocations) else { return fail("the counter does not count") }
        guard seesLocks(watch, locks) else { return fail("the counter does not count locks") }
        let seconds = argument("--seconds").flatMap { Int($0) } ?? 10
        let calls = argument("--calls").flatMap { Int($0) } ?? 1
        let call = try Calls(calls, directory: directory)
        defer { call.system.stop() }
        call.run(seconds: warmUpSeconds)
        guard let thread = audioThread() else { return fail("there is no thread “nearend-audio”") }

        let before = call.system.tickStatistics
        let processorTime = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
        watch(thread)
        call.run(seconds: seconds)
        let (allocated, freed, locked) = (allocations(), frees(), locks())
        watch(0)
        let spent = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processorTime
        let after = call.system.tickStatistics
        let ticks = after.ticks - before.ticks
        guard ticks > seconds * 90 else { return fail("only \(ticks) ticks in \(seconds) s") }

        let concealed = call.receivers.reduce(0) { $0 + $1.statistics.read().playout.concealedSamples }
        print("allocations per tick: \(Double(allocated) / Double(ticks))")
        print("  \(allocated) allocations and \(freed) frees in \(ticks) ticks; \(call.packets) packets")
        print("locks per tick: \(Double(locked) / Double(ticks))")
        print("  mean work \((after.totalWork - before.totalWork) / Int64(ticks) / 1000) µs, worst \(after.worstWork / 1000) µs;")
        print("  \(after.lateTicks) late, worst \(after.worstLateness / 1000) µs; \(concealed) samples concealed")
        print("  processor time of a tick, all threads, of \(calls) calls: \(spent / Int64(ticks) / 1000) µs")
        guard allocated == 0, freed == 0, locked == 0 else { exit(1) }
    }

    /// Whether an allocation of this thread is counted: else nothing would be proved below.
    private static func seesAllocations(_ watch: Watch, _ allocations: Count) -> Bool {
        // The main thread's identifier is the process's.
        watch(getpid())
        // Allocates inside the C library, where no optimizer takes it away.
        let directory = opendir("/")
        let counted = allocations()
        watch(0)
        if let directory { closedir(directory) }
        return counted >= 1
    }

    /// Whether a lock that this thread takes is counted, and one of Swift's that it has to wait for.
    private static func seesLocks(_ watch: Watch, _ locks: Count) -> Bool {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        defer { mutex.deallocate() }
        pthread_mutex_init(mutex, nil)
        watch(getpid())
        pthread_mutex_lock(mutex)
        let taken = locks()
        watch(0)
        pthread_mutex_unlock(mutex)
        pthread_mutex_destroy(mutex)
        return taken == 1 && seesWaiting(watch, locks)
    }

    private static func seesWaiting(_ watch: Watch, _ locks: Count) -> Bool {
        final class Shared: Sendable {
            let mutex = Mutex(0)
            let isHeld = Atomic(false)
        }
        let shared = Shared()
        var holder = pthread_t()
        let started = pthread_create(
            &holder, nil,
            { argument in
                guard let argument else { return nil }
                let shared = Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue()
                shared.mutex.withLock { _ in
                    shared.isHeld.store(true, ordering: .releasing)
                    usleep(20_000)
                }
                return nil
            }, Unmanaged.passRetained(shared).toOpaque())
        guard started == 0 else { return false }
        while !shared.isHeld.load(ordering: .acquiring) { usleep(100) }
        watch(getpid())
        shared.mutex.withLock { $0 += 1 }
        let waited = locks()
        watch(0)
        pthread_join(holder, nil)
        return waited >= 1
    }

    /// Calls whose two ends are the same machine.
    private final class Calls {
        let system: AudioSystem
        let receivers: [ReceiveStream]
        private(set) var packets = 0
        private let senders: [SendStream]
        /// What the page's audio graph adds to the microphone.
        private let mix = TrackMix()
        private let microphoneTrack: LocalTrack
        private let tone = ToneVoice(shape: .square, frequency: 440)
        private let file = SoundVoice(samples: Array(repeating: 500, count: 48_000), start: 0, loop: 1000..<20_000)
        private var sequences: [UInt16]

        init(_ count: Int, directory: String) throws {
            let system = try AudioSystem(logger: Logger(label: "benchmark")) { _ in }
            let microphoneFile = directory + "/microphone.wav"
            try writeSpeechLikeSound(to: microphoneFile)
            try system.start(.virtual(microphone: microphoneFile, loops: true, loudspeaker: directory + "/loudspeaker.wav"))
            let speaker = try Handover<Speaker>.wait { system.openSpeaker(AudioDevice.defaultID, completion: $0) }
            let microphone = try Handover<Microphone>.wait {
                system.openMicrophone(AudioDevice.defaultID, options: CaptureOptions(), completion: $0)
            }
            self.system = system
            receivers = (0..<count).map { _ in ReceiveStream() }
            senders = (0..<count).map { SendStream(initialTimestamp: UInt32($0) * 1_000_000) }
            sequences = Array(repeating: 0, count: count)
            microphoneTrack = LocalTrack(chain: microphone.chain)
            let track = LocalTrack(mix: mix)
            for change: GraphChange in [.addTrack(microphoneTrack), .addMix(mix), .addTrack(track)] { system.graph.perform(change) }
            for (sender, receiver) in zip(senders, receivers) {
                for change: GraphChange in [
                    .addSender(sender), .setSenderTrack(sender, track),
                    .setEncoder(sender, SendEncoder(encoder: OpusEncoder(), payloadType: 111)), .addReceiver(receiver),
                    .setPlayback(Playback(), PlaybackState(sources: [.receiver(receiver)], output: speaker.output)),
                ] {
                    system.graph.perform(change)
                }
            }
        }

        /// Carries frames to packets for so long, and asks for the changes that calls ask for.
        func run(seconds: Int) {
            for round in 0..<seconds * 100 {
                usleep(10_000)
                for index in senders.indices { carry(index) }
                if round % 100 == 50 {
                    let inputs = [SoundInput(.track(microphoneTrack), gain: round % 200 == 50 ? 0.5 : 1), SoundInput(.tone(tone)), SoundInput(.sound(file))]
                    system.graph.perform(.setMix(mix, MixState(round % 300 == 50 ? [inputs[0]] : inputs)))
                    system.graph.perform(.tuneTone(tone, frequency: Double(400 + round % 700), end: nil))
                    system.graph.perform(.tuneSound(file, loop: 0..<30_000, end: nil))
                    for (sender, receiver) in zip(senders, receivers) {
                        system.graph.perform(.tuneEncoder(sender, EncoderTuning(bitrate: 24_000 + round, expectedLoss: 0.1)))
                        system.graph.perform(.setReceiverEnabled(receiver, true))
                    }
                }
            }
        }

        private func carry(_ index: Int) {
            while let (header, payload) = senders[index].frames.read({ ($0, Array($1)) }) {
                guard header.content == .audio else { continue }
                packets += 1
                sequences[index] &+= 1
                // One in fifty is lost.
                guard sequences[index] % 50 != 0 else { continue }
                let packet = PlayoutPacket(
                    codec: .opus, ssrc: 1, sequenceNumber: sequences[index], timestamp: header.rtpTimestamp,
                    arrival: Instant(nanoseconds: nanoseconds(CLOCK_MONOTONIC)))
                _ = receivers[index].insert(packet, payload: payload)
            }
        }
    }

    // MARK: Surroundings

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The identifier of the audio thread, by its name.
    private static func audioThread() -> Int32? {
        guard let directory = opendir("/proc/self/task") else { return nil }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            guard let identifier = Int32(name), let file = fopen("/proc/self/task/\(name)/comm", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 32)
            guard fgets(&line, 32, file) != nil else { continue }
            let comm = String(decoding: line.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 && $0 != 10 }, as: UTF8.self)
            if comm == "nearend-audio" { return identifier }
        }
        return nil
    }

    private static func symbol<Function>(_ name: String, _ type: Function.Type) -> Function? {
        dlsym(nil, name).map { unsafeBitCast($0, to: type) }
    }

    private static func argument(_ name: String) -> String? {
        let arguments = CommandLine.arguments
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    private static func fail(_ reason: String) {
        let line = Array("allocations per tick: \(reason)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(2)
    }
}
