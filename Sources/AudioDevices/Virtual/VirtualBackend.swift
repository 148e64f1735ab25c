import AudioCodecs
import AudioCore
import Primitives

/// One microphone that speaks a file and one loudspeaker that writes one.
///
/// The loudspeaker's file is begun when it is first opened and goes on when it is opened again: one run of the program is one file.
final class VirtualBackend: DeviceBackend {
    /// More is no speech sample: half an hour of 48 kHz stereo.
    private static let largestFile = 1 << 29

    private let samples: [Float]
    private let loops: Bool
    private let loudspeakerPath: String
    private var recording: WAVRecording?

    /// Reads the microphone's file.
    ///
    /// - Throws: `.notFound`, in words for a person, where the file cannot be read or is no sound.
    init(microphone: String, loops: Bool, loudspeaker: String) throws(AudioDeviceError) {
        do throws(WAVError) {
            let audio = try WAVAudio(parsing: FileBytes.read(microphone, atMost: Self.largestFile))
            samples = Resampler.resample(audio.samples, from: audio.sampleRate, to: AudioFrame.sampleRate)
        } catch {
            throw AudioDeviceError(.notFound, "the virtual microphone's file “\(microphone)” cannot be used: \(error.reason)")
        }
        self.loops = loops
        loudspeakerPath = loudspeaker
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
        VirtualMicrophone(samples: samples, loops: loops)
    }

    func openSink(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Sink {
        if let recording { return VirtualLoudspeaker(recording: recording, record: record) }
        do throws(WAVError) {
            let begun = try WAVRecording(path: loudspeakerPath, sampleRate: AudioFrame.sampleRate)
            recording = begun
            return VirtualLoudspeaker(recording: begun, record: record)
        } catch {
            throw AudioDeviceError(
                .notReadable, "the virtual loudspeaker's file “\(loudspeakerPath)” cannot be written: \(error.reason)")
        }
    }

    var servicePeriod: Duration? { .milliseconds(100) }
}
