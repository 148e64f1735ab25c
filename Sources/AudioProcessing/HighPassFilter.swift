import AudioCore
import Glibc

/// Takes out what is no sound: a converter's offset, and what is below 8 Hz. So low that a voice keeps its phases.
struct HighPassFilter {
    private var lastInput: Float = 0
    private var lastOutput: Float = 0

    private static let memory = Float(exp(-2 * Double.pi * 8 / Double(AudioFrame.sampleRate)))
    /// 18 dB above full scale.
    private static let loudest: Float = 8

    /// 480 samples in place. What is no number, or far beyond full scale, counts as silence: the filter would never forget it.
    mutating func process(_ samples: UnsafeMutablePointer<Float>) {
        for index in 0..<AudioFrame.sampleCount {
            let sample = abs(samples[index]) < Self.loudest ? samples[index] : 0
            lastOutput = sample - lastInput + Self.memory * lastOutput
            lastInput = sample
            samples[index] = lastOutput
        }
    }
}
