import AudioCodecs
import AudioCore

/// Between a microphone that delivers when it likes, by its own clock, and the tick that wants 10 ms each time.
///
/// What the device gives goes through a resampler (to 48 kHz, and a little faster or slower as `FillController` says) into a buffer;
/// the tick takes frames from it. Audio thread only; allocates nothing after `init`.
package final class CaptureBridge {
    /// What the buffer holds at most: more is a device that ran away, and only the newest matters then.
    private static let capacity = AudioFrame.sampleRate / 2

    private let resampler: Resampler
    private let ring = SampleRing(capacity: capacity)
    private let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: 4096)
    private var controller = FillController()
    private var appliedCorrection = 0.0
    private var splice = Splice()
    /// The buffer fills up before the first frame, and again after a gap.
    private var isPriming = true
    /// The last tick found it empty: a machine that stands still for several ticks is one gap, not several.
    private var isStarving = false
    package private(set) var statistics = ClockStatistics()

    /// - Parameter deviceRate: samples a second, as the device says.
    package init(deviceRate: Int) {
        resampler = Resampler(inputRate: deviceRate, outputRate: AudioFrame.sampleRate)
        resampler.prepareToDrift()
        statistics.margin = controller.margin
    }

    deinit { scratch.deallocate() }

    /// Samples between device and tick, at 48 kHz.
    package var fill: Int { ring.count }

    /// Takes what the device has recorded.
    package func push(_ samples: UnsafeBufferPointer<Float>) {
        var rest = samples
        while !rest.isEmpty {
            let (consumed, produced) = resampler.process(rest, into: scratch)
            rest = UnsafeBufferPointer(rebasing: rest[consumed...])
            let kept = splice.pass(UnsafeMutableBufferPointer(rebasing: scratch[0..<produced]))
            let excess = ring.count + kept - ring.capacity
            if excess > 0 { statistics.skipped += ring.discard(excess) }
            _ = ring.write(UnsafeBufferPointer(rebasing: scratch[0..<kept]))
            guard consumed > 0 || produced > 0 else { return }
        }
    }

    /// The next 10 ms; `false` (and the frame untouched) where they are not there yet.
    package func pull(into frame: borrowing AudioFrame) -> Bool {
        if isPriming {
            guard ring.count >= AudioFrame.sampleCount + controller.margin else { return false }
            isPriming = false
        }
        guard ring.count >= AudioFrame.sampleCount else {
            // The silence that is heard now makes room: the next samples are 10 ms further ahead.
            statistics.gaps += 1
            if !isStarving { controller.starve() }
            isStarving = true
            publish()
            return false
        }
        isStarving = false
        _ = ring.read(into: frame.samples)
        switch controller.observe(fill: ring.count, loudness: frame.meanSquare()) {
        case .none: break
        case .skip(let count):
            statistics.skipped += count
            splice.skip(count)
        }
        if controller.correction != appliedCorrection {
            appliedCorrection = controller.correction
            // Too much in the buffer: fewer samples out of what the device gives.
            resampler.setDrift(partsPerMillion: appliedCorrection)
        }
        publish()
        return true
    }

    /// After the device was away: what is left is old.
    package func restart() {
        _ = ring.discard(ring.count)
        splice.forget()
        isPriming = true
        isStarving = false
        controller.forget()
    }

    private func publish() {
        statistics.fill = ring.count
        statistics.margin = controller.margin
        statistics.correction = Float(controller.correction)
    }
}
