import AudioCore
import AudioPipeline

/// A microphone that hears what the virtual loudspeaker plays, and nothing else: the far end that echoes.
///
/// `@unchecked Sendable`: `read` belongs to the audio thread, as does the loudspeaker's `write`, so that the ring has one owner.
final class LoopbackMicrophone: CaptureSource, DevicePort, @unchecked Sendable {
    private let ring: SampleRing

    /// - Parameter ring: what the loudspeaker has played.
    init(hearing ring: SampleRing) { self.ring = ring }

    var delay: Duration { .zero }

    func read(into frame: borrowing AudioFrame) -> Bool {
        let count = ring.read(into: frame.samples)
        for index in count..<AudioFrame.sampleCount { frame.samples[index] = 0 }
        return true
    }

    func takeFault() -> DeviceFault? { nil }
    func recover() -> Bool { true }
    func service() {}
    func close() {}
}
