import AudioPipeline
import AudioProcessing
import Foundation
import Logging
import Synchronization

@testable import AudioDevices

/// An audio system in real time, with files of its own.
final class SystemRig {
    let directory: URL
    let system: AudioSystem
    let events: EventList

    final class EventList: Sendable {
        private let list = Mutex<[AudioSystemEvent]>([])
        func add(_ event: AudioSystemEvent) { list.withLock { $0.append(event) } }
        var all: [AudioSystemEvent] { list.withLock(\.self) }

        enum Fate { case interrupted, resumed, ended }

        func count(of fate: Fate) -> Int {
            all.count { event in
                switch event {
                case .microphoneInterrupted, .speakerInterrupted: fate == .interrupted
                case .microphoneResumed, .speakerResumed: fate == .resumed
                case .microphoneEnded, .speakerEnded: fate == .ended
                case .devicesChanged: false
                }
            }
        }
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("nearend-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let events = EventList()
        self.events = events
        system = try AudioSystem(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })) { events.add($0) }
    }

    deinit {
        system.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Writes a WAV file for a virtual microphone.
    func writeSound(_ samples: [Float], rate: Int = 48_000, to name: String = "microphone.wav") throws -> String {
        let recording = try WAVRecording(path: path(name), sampleRate: rate)
        try samples.withUnsafeBufferPointer { try recording.append($0) }
        return path(name)
    }

    func readSound(_ name: String = "loudspeaker.wav") throws -> [Float] {
        try WAVAudio(parsing: FileBytes.read(path(name), atMost: 1 << 28)).samples
    }

    func openMicrophone(_ id: String = "default", options: CaptureOptions = .none) async throws -> Microphone {
        try await withCheckedThrowingContinuation { continuation in
            system.openMicrophone(id, options: options) { continuation.resume(with: $0) }
        }
    }

    func openSpeaker(_ id: String = "default") async throws -> Speaker {
        try await withCheckedThrowingContinuation { continuation in
            system.openSpeaker(id) { continuation.resume(with: $0) }
        }
    }

    /// A track of the microphone, played by the speaker.
    func play(_ microphone: Microphone, on speaker: Speaker) -> LocalTrack {
        let track = LocalTrack(chain: microphone.chain)
        system.graph.perform(.addTrack(track))
        system.graph.perform(.setPlayback(Playback(), PlaybackState(sources: [.track(track)], output: speaker.output)))
        return track
    }

    /// Has everything asked of the graph so far carried out.
    func settle() async {
        await withCheckedContinuation { continuation in
            system.graph.perform(.removePlayback(Playback())) { continuation.resume() }
        }
    }
}

/// How alike a sound and a part of another are, at the best shift: 1 is the same up to a factor. Looks at every `stride`-th sample.
func bestCorrelation(
    _ reference: ArraySlice<Float>, in sound: [Float], shifts: Range<Int>, stride: Int = 11
) -> (shift: Int, value: Double) {
    let wanted = Swift.stride(from: reference.startIndex, to: reference.endIndex, by: stride).map { reference[$0] }
    let wantedEnergy = wanted.reduce(1e-9) { $0 + $1 * $1 }
    var best = (shift: 0, value: -1.0)
    sound.withUnsafeBufferPointer { sound in
        wanted.withUnsafeBufferPointer { wanted in
            for shift in shifts where shift >= 0 && shift + wanted.count * stride <= sound.count {
                var product: Float = 0
                var energy: Float = 1e-9
                var index = 0
                while index < wanted.count {
                    let sample = sound[shift + index * stride]
                    product += sample * wanted[index]
                    energy += sample * sample
                    index += 1
                }
                let value = Double(product / (energy * wantedEnergy).squareRoot())
                if value > best.value { best = (shift, value) }
            }
        }
    }
    return best
}
