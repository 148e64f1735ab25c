import AudioCore

/// A page's sound file while it is played: where in it we are.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are private, and a playback, a mix or `AudioGraph` is the only caller).
package final class SoundVoice: @unchecked Sendable {
    /// One channel at 48 kHz.
    package let samples: [Int16]
    private var loop: Range<Int>?
    private var schedule: VoiceSchedule
    private var next: Int

    /// - Parameters:
    ///   - samples: one channel at 48 kHz, shared by all voices of the file.
    ///   - start: the first sample to be heard; one past the end plays nothing, unless the whole file loops.
    ///   - loop: what is played again and again once its end is reached; `nil`: the file ends.
    package init(samples: [Int16], start: Int, loop: Range<Int>? = nil, schedule: VoiceSchedule = VoiceSchedule()) {
        self.samples = samples
        self.loop = Self.fitting(loop, samples.count)
        self.schedule = schedule
        next = max(0, start)
        if self.loop == 0..<samples.count { next %= samples.count }
    }

    package convenience init(samples: [Int16], start: Int, loops: Bool) {
        self.init(samples: samples, start: start, loop: loops ? 0..<samples.count : nil)
    }

    /// Another loop, and another end, from the next frame on.
    func tune(loop: Range<Int>?, end: Int?) {
        self.loop = Self.fitting(loop, samples.count)
        schedule.end(after: end)
    }

    /// Adds the next 10 ms, each sample times a gain that goes in a straight line from `start` to `end`.
    func add(to frame: borrowing AudioFrame, from start: Float, to end: Float) {
        let range = schedule.next()
        let step = (end - start) / Float(AudioFrame.sampleCount)
        var gain = start + step * Float(range.lowerBound)
        // What begins behind the loop never gets into it (Web Audio §1.9.5).
        let loop = self.loop.flatMap { next < $0.upperBound ? $0 : nil }
        let last = loop?.upperBound ?? samples.count
        samples.withUnsafeBufferPointer { samples in
            for index in range {
                if next >= last {
                    guard let loop else { return }
                    next = loop.lowerBound
                }
                gain += step
                frame.samples[index] += Float(samples[next]) / 32768 * gain
                next += 1
            }
        }
        // The end of a frame may be the end of the loop.
        if let loop, next >= last { next = loop.lowerBound }
    }

    /// An empty range means the whole file (Web Audio §1.9.2 `loopEnd`).
    private static func fitting(_ loop: Range<Int>?, _ count: Int) -> Range<Int>? {
        guard let loop, count > 0 else { return nil }
        let inside = loop.clamped(to: 0..<count)
        return inside.isEmpty ? 0..<count : inside
    }
}
