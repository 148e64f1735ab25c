import AudioCore

/// A difference that lifts the highs of a stream before it is worked on, and the sum that takes that back.
struct Emphasis {
    private var lastInput: Float = 0
    private var lastOutput: Float = 0
    static let factor: Float = 0.9
    /// 18 dB above full scale.
    private static let loudest: Float = 8

    /// 480 samples, pre-emphasised. What is no number, or far beyond full scale, counts as silence: the filter would never forget it.
    mutating func apply(_ samples: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for index in 0..<AudioFrame.sampleCount {
            let raw = samples[index]
            let sample = abs(raw) < Self.loudest ? raw : 0
            target[index] = sample - Self.factor * lastInput
            lastInput = sample
        }
    }

    /// 480 samples as they were.
    mutating func remove(_ samples: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for index in 0..<AudioFrame.sampleCount {
            lastOutput = samples[index] + Self.factor * lastOutput
            target[index] = lastOutput
        }
    }
}
