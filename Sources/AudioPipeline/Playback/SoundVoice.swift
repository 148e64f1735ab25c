import AudioCore

/// A page's sound file while it is played: where in it we are.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on `next` is touched by the
/// audio thread only.
package final class SoundVoice: @unchecked Sendable {
    /// One channel at 48 kHz.
    package let samples: [Int16]
    private let loops: Bool
    private var next: Int

    /// - Parameters:
    ///   - samples: one channel at 48 kHz, shared by all voices of the file.
    ///   - start: the first sample to be heard; one past the end plays nothing, unless it loops.
    package init(samples: [Int16], start: Int, loops: Bool) {
        self.samples = samples
        self.loops = loops
        next = max(0, start)
    }

    /// Adds the next 10 ms, each sample times a gain that goes in a straight line from `start` to `end`.
    func add(to frame: borrowing AudioFrame, from start: Float, to end: Float) {
        let step = (end - start) / Float(AudioFrame.sampleCount)
        var gain = start
        samples.withUnsafeBufferPointer { samples in
            for index in 0..<AudioFrame.sampleCount {
                if next >= samples.count {
                    guard loops, !samples.isEmpty else { return }
                    next %= samples.count
                }
                gain += step
                frame.samples[index] += Float(samples[next]) / 32768 * gain
                next += 1
            }
        }
    }
}
