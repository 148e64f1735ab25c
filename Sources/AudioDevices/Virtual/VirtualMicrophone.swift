import AudioCore
import AudioPipeline

/// A microphone that speaks a file, from the start, 10 ms per tick.
///
/// `@unchecked Sendable`: made by device control, then touched by the audio thread only, but for `statistics`, which has its own rules.
final class VirtualMicrophone: CaptureSource, DevicePort, @unchecked Sendable {
    private let samples: [Float]
    private let loops: Bool
    private var position = 0

    /// - Parameter samples: at 48 kHz.
    init(samples: [Float], loops: Bool) {
        self.samples = samples
        self.loops = loops && !samples.isEmpty
    }

    var delay: Duration { .zero }

    func read(into frame: borrowing AudioFrame) -> Bool {
        var filled = 0
        while filled < AudioFrame.sampleCount {
            if position == samples.count {
                guard loops else { break }
                position = 0
            }
            let count = min(AudioFrame.sampleCount - filled, samples.count - position)
            for index in 0..<count { frame.samples[filled + index] = samples[position + index] }
            filled += count
            position += count
        }
        for index in filled..<AudioFrame.sampleCount { frame.samples[index] = 0 }
        // A file that has ended is a quiet room, not a device that fails.
        return true
    }

    func takeFault() -> DeviceFault? { nil }
    func recover() -> Bool { true }
    func service() {}
    func close() {}
}
