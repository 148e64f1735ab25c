import AudioCodecs
import AudioCore
import Primitives

/// One microphone that speaks a file and one loudspeaker that writes one.
///
/// The loudspeaker's file is begun when it is first opened and goes on when it is opened again: one run of the program is one file.
final class VirtualBackend: DeviceBackend {
    /// More is no speech sample: half an hour of 48 kHz stereo.
    private static let largestFile = 1 << 29

    /// The microphone's file; `nil` where it hears the loudspeaker.
    private let speech: WAVAudio?
    /// What is in it, at 48 kHz, once it has been opened: a program that only lists devices need not wait for it.
    private lazy var samples = speech.map { Resampler.resample($0.samples, from: $0.sampleRate, to: AudioFrame.sampleRate) }
    private let loops: Bool
    private let loudspeakerPath: String
    private var recording: WAVRecording?
    /// From the loudspeaker to the microphone that hears it: a tenth of a second.
    private let loopback = SampleRing(capacity: AudioFrame.sampleRate / 10)

    /// Reads the microphone's file.
    ///
    /// - Throws: `.notFound`, in words for a person, where the file cannot be read or is no sound.
    init(microphone: String?, loops: Bool, loudspeaker: String) throws(AudioDeviceError) {
        self.loops = loops
        loudspeakerPath = loudspeaker
        guard let microphone else {
            speech = nil
            return
        }
        do throws(WAVError) {
            speech = try WAVAudio(parsing: FileBytes.read(microphone, atMost: Self.largestFile))
        } catch {
            throw AudioDeviceError(.notFound, "the virtual microphone's file “\(microphone)” cannot be used: \(error.reason)")
        }
    }

    func list() -> [AudioDevice] {
        [
            AudioDevice(id: AudioDevice.defaultID, kind: .input, label: "Virtual microphone", groupID: "virtual"),
            AudioDevice(id: AudioDevice.defaultID, kind: .output, label: "Virtual loudspeaker", groupID: "virtual"),
        ]
    }

    func hasChanged() -> Bool { false }
    var pollPeriod: Duration? { nil }

    func openSource(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Source {
        guard let samples else { return LoopbackMicrophone(hearing: loopback) }
        return VirtualMicrophone(samples: samples, loops: loops)
    }

    func openSink(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Sink {
        let heard = speech == nil ? loopback : nil
        if let recording { return VirtualLoudspeaker(recording: recording, hearing: heard, record: record) }
        do throws(WAVError) {
            let begun = try WAVRecording(path: loudspeakerPath, sampleRate: AudioFrame.sampleRate)
            recording = begun
            return VirtualLoudspeaker(recording: begun, hearing: heard, record: record)
        } catch {
            throw AudioDeviceError(
                .notReadable, "the virtual loudspeaker's file “\(loudspeakerPath)” cannot be written: \(error.reason)")
        }
    }

    var servicePeriod: Duration? { .milliseconds(100) }
}
