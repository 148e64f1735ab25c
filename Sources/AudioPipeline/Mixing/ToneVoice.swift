import AudioCore
import Glibc

/// A page's oscillator, as the engine sounds it.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are private, and a playback, a mix or `AudioGraph` is the only caller).
package final class ToneVoice: @unchecked Sendable {
    /// One turn, as an OscillatorNode begins it (Web Audio §1.28.5).
    package enum Shape: Sendable {
        case sine, square, sawtooth, triangle
    }

    /// Web Audio makes square and sawtooth of partials and brings the peak of their sum, overshoot included, to 1 (§1.28.4): what lies beside the
    /// overshoot is lower by Wilbraham's and Gibbs' constant.
    private static let edgedPeak = 1 / 1.178_979_744

    private let shape: Shape
    private var schedule: VoiceSchedule
    /// Where in its turn it is, 0..<1.
    private var phase = 0.0
    /// Turns a sample.
    private var step: Double
    /// What the next frame ends with.
    private var wantedStep: Double

    /// - Parameter frequency: Hz, 0…24,000.
    package init(shape: Shape, frequency: Double, schedule: VoiceSchedule = VoiceSchedule()) {
        self.shape = shape
        self.schedule = schedule
        step = frequency / Double(AudioFrame.sampleRate)
        wantedStep = step
    }

    /// Another frequency, reached within a frame, and another end.
    func tune(frequency: Double, end: Int?) {
        wantedStep = frequency / Double(AudioFrame.sampleRate)
        schedule.end(after: end)
    }

    /// Adds the next 10 ms, each sample times a gain that goes in a straight line from `start` to `end`.
    func add(to frame: borrowing AudioFrame, from start: Float, to end: Float) {
        let range = schedule.next()
        let gainStep = (end - start) / Float(AudioFrame.sampleCount)
        var gain = start + gainStep * Float(range.lowerBound)
        let change = (wantedStep - step) / Double(AudioFrame.sampleCount)
        for index in range {
            gain += gainStep
            step += change
            frame.samples[index] += Float(value) * gain
            phase += step
            if phase >= 1 { phase -= 1 }
        }
        step = wantedStep
    }

    private var value: Double {
        switch shape {
        case .sine: sin(2 * .pi * phase)
        case .square: ((phase < 0.5 ? 1 : -1) + smoothing(phase) - smoothing(halfTurnOn)) * Self.edgedPeak
        case .sawtooth: (2 * halfTurnOn - 1 - smoothing(halfTurnOn)) * Self.edgedPeak
        case .triangle: phase < 0.25 ? 4 * phase : phase < 0.75 ? 2 - 4 * phase : 4 * phase - 4
        }
    }

    private var halfTurnOn: Double { phase < 0.5 ? phase + 0.5 : phase - 0.5 }

    /// Takes the edge off a step upwards at the beginning of a turn, so that what lies above half the sampling rate is not heard as another tone: a
    /// polynomial in the place of the two samples beside it.
    private func smoothing(_ phase: Double) -> Double {
        if phase < step {
            let distance = phase / step
            return distance + distance - distance * distance - 1
        }
        if phase > 1 - step {
            let distance = (phase - 1) / step
            return distance * distance + distance + distance + 1
        }
        return 0
    }
}
