import AudioCodecs
import AudioCore

/// Between the tick that brings 10 ms each time and a loudspeaker that takes samples when it likes, by its own clock.
///
/// Frames go through a resampler (to the device's rate, and a little more or less as `FillController` says) into a buffer from which
/// the device is fed. Audio thread only; allocates nothing after `init`.
package final class PlaybackBridge {
    /// More than this (100 ms at 48 kHz) is not unevenness: the device takes nothing, and what it has not taken by now is too late.
    private static let limit = 4800

    private let resampler: Resampler
    private let ring: SampleRing
    private let deviceRate: Int
    private let scratch: UnsafeMutableBufferPointer<Float>
    private var controller = FillController()
    private var appliedCorrection = 0.0
    private var splice = Splice()
    package private(set) var statistics = ClockStatistics()

    /// - Parameter deviceRate: samples a second, as the device says.
    package init(deviceRate: Int) {
        self.deviceRate = deviceRate
        resampler = Resampler(inputRate: AudioFrame.sampleRate, outputRate: deviceRate)
        resampler.prepareToDrift()
        ring = SampleRing(capacity: deviceRate / 2)
        scratch = .allocate(capacity: deviceRate / 25 + 64)
        statistics.margin = controller.margin
    }

    deinit { scratch.deallocate() }

    /// Samples of silence, at the device's rate, that a device is started with: the margin, and two ticks until the first frame comes.
    package static func lead(deviceRate: Int) -> Int {
        (FillController.leastMargin + 2 * AudioFrame.sampleCount) * deviceRate / AudioFrame.sampleRate
    }

    /// Samples that wait here for the device, at its rate.
    package var waiting: Int { ring.count }

    /// Takes the next 10 ms.
    ///
    /// - Parameter queued: samples that the device itself still holds, at its rate.
    package func push(_ frame: borrowing AudioFrame, queued: Int) {
        let fill = (queued + ring.count) * AudioFrame.sampleRate / deviceRate
        statistics.fill = fill
        if fill > Self.limit {
            statistics.skipped += AudioFrame.sampleCount
            controller.forget()
            return
        }
        if fill <= 0 {
            // It has run dry and plays on without us: silence up to the margin, so that it does not at once run dry again.
            statistics.gaps += 1
            controller.starve()
            pad(controller.margin * deviceRate / AudioFrame.sampleRate)
        } else {
            switch controller.observe(fill: fill, loudness: frame.meanSquare()) {
            case .none: break
            case .skip(let count):
                statistics.skipped += count
                splice.skip(count * deviceRate / AudioFrame.sampleRate)
            }
        }
        if controller.correction != appliedCorrection {
            appliedCorrection = controller.correction
            // Too much in the buffer: fewer samples for the device out of a frame.
            resampler.setDrift(partsPerMillion: appliedCorrection)
        }
        var rest = UnsafeBufferPointer(frame.samples)
        while !rest.isEmpty {
            let (consumed, produced) = resampler.process(rest, into: scratch)
            rest = UnsafeBufferPointer(rebasing: rest[consumed...])
            let kept = splice.pass(UnsafeMutableBufferPointer(rebasing: scratch[0..<produced]))
            _ = ring.write(UnsafeBufferPointer(rebasing: scratch[0..<kept]))
            guard consumed > 0 || produced > 0 else { break }
        }
        statistics.margin = controller.margin
        statistics.correction = Float(controller.correction)
    }

    /// Gives the device up to as many samples as the target holds; says how many.
    package func take(into target: UnsafeMutableBufferPointer<Float>) -> Int { ring.read(into: target) }

    /// After the device was away: what is left is old.
    package func restart() {
        _ = ring.discard(ring.count)
        splice.forget()
        controller.forget()
    }

    private func pad(_ count: Int) {
        var left = count
        scratch.update(repeating: 0)
        while left > 0 {
            let written = ring.write(UnsafeBufferPointer(rebasing: scratch[0..<min(left, scratch.count)]))
            guard written > 0 else { return }
            left -= written
        }
    }
}
