import AudioCore
import AudioPipeline
import Synchronization

/// A loudspeaker that writes a file: the audio thread fills a ring, the device-control thread empties it to the disk.
///
/// `@unchecked Sendable`: `write` belongs to the audio thread and touches the ring and the counter only; all else belongs to device
/// control.
final class VirtualLoudspeaker: PlaybackSink, DevicePort, @unchecked Sendable {
    /// What the ring holds while the disk is slow: ten seconds.
    private static let capacity = AudioFrame.sampleRate * 10

    private let ring = SampleRing(capacity: capacity)
    private let recording: WAVRecording
    /// A microphone that hears this loudspeaker.
    private let listener: SampleRing?
    private let statistics: LatestValue<DeviceStatistics>
    private var current: DeviceStatistics
    private let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: AudioFrame.sampleRate)
    private var failure: DeviceFault?

    init(recording: WAVRecording, hearing listener: SampleRing? = nil, record: DeviceRecord) {
        self.recording = recording
        self.listener = listener
        statistics = record.live
        current = record.initial
        current.sampleRate = AudioFrame.sampleRate
        current.channels = 1
        current.sampleBits = 16
    }

    deinit { block.deallocate() }

    var delay: Duration { .zero }

    func write(_ frame: borrowing AudioFrame) {
        current.lost += AudioFrame.sampleCount - ring.write(UnsafeBufferPointer(frame.samples))
        // A microphone that is not open lets the ring fill: what it then hears first is a tenth of a second old.
        _ = listener?.write(UnsafeBufferPointer(frame.samples))
        statistics.publish(current)
    }

    func takeFault() -> DeviceFault? {
        defer { failure = nil }
        return failure
    }

    func recover() -> Bool { true }

    func service() {
        while true {
            let count = ring.read(into: block)
            guard count > 0 else { return }
            do {
                try recording.append(UnsafeBufferPointer(rebasing: block[0..<count]))
            } catch {
                failure = .lost(reason: "the loudspeaker's file cannot be written: \(error.reason)")
                return
            }
        }
    }

    func close() { service() }
}
