import Glibc

/// Turns down what is there all the time, bin by bin of a pre-emphasised spectrum (`SpectralFrames`, `Emphasis`).
///
/// 1. The noise's power follows the sound's as far as the sound is not speech, by the probability of speech under a fixed a-priori ratio (Gerkmann
///    and Hendriks 2012, “Unbiased MMSE-based noise power estimation”). Where an echo is heard nothing is learnt.
/// 2. The gain is that of the least error in the logarithm of the amplitude (Ephraim and Malah 1985), with an a-priori ratio that leans on the
///    last frame's (the same, 1984).
/// 3. It goes down to −18 dB, and no further than to where the noise is not heard any more: what is quiet is left alone.
///
/// Both functions of step 1 and 2 are looked up, by the exponent and the first bits of a number. Nothing is allocated after `init`.
final class NoiseSuppressor {
    private static let binCount = SpectralFrames.binCount
    private static let priorRatio: Float = 31.6
    private static let presenceMemory: Float = 0.93
    private static let noiseMemory: Float = 0.87
    private static let persistence: Float = 0.95
    private static let leastRatio: Float = 0.016
    /// −18 dB.
    private static let leastGain: Float = 0.126
    /// White noise that nobody hears, −80 dBFS, as a power.
    private static let unheard: Double = 1e-8
    /// Bins that tell how loud the noise is, in steps of eight: 0.4...19 kHz.
    private static let tellingLanes = 1..<50
    /// Frames in which the noise is taken to be what is heard.
    private static let firstFrames = 5

    private let noise = LaneBuffer(binCount)
    private let presence = LaneBuffer(binCount)
    /// What was let through of the last frame.
    private let cleanPower = LaneBuffer(binCount)
    private let power = LaneBuffer(binCount)
    /// The power of noise that nobody hears.
    private let quiet = LaneBuffer(binCount)
    private var frameCount = 0

    /// The probability of speech by the ratio of power to noise.
    private static let speech = LookUp(exponents: -8..<7) { ratio in
        1 / (1 + (1 + Double(priorRatio)) * exp(-ratio * Double(priorRatio) / Double(1 + priorRatio)))
    }
    /// exp(½E₁(v)), the second factor of the gain.
    private static let amplitude = LookUp(exponents: -16..<6) { exp(0.5 * exponentialIntegral($0)) }

    init() {
        // White noise through a window whose squares sum up to half its length, and through the emphasis.
        for bin in 0..<Self.binCount {
            let angle = Double.pi * Double(bin) / Double(Self.binCount - 1)
            let emphasis = 1 + pow(Double(Emphasis.factor), 2) - 2 * Double(Emphasis.factor) * cos(angle)
            quiet.floats[bin] = Float(Self.unheard * Double(SpectralFrames.hop) * emphasis)
        }
        noise.copy(from: quiet)
    }

    /// Step 1.
    /// - Parameters:
    ///   - heard: the power of what is heard, after the prediction of the echo is taken out.
    ///   - echo: how much of it is taken for what is left of the echo.
    func follow(_ heard: borrowing LaneBuffer, echo: borrowing LaneBuffer) {
        guard frameCount >= Self.firstFrames else {
            frameCount += 1
            for lane in 0..<noise.laneCount { noise.lanes[lane] += 0.3 * (heard.lanes[lane] - noise.lanes[lane]) }
            return
        }
        for bin in 0..<Self.binCount {
            let power = heard.floats[bin]
            let known = max(noise.floats[bin], 0.01 * quiet.floats[bin])
            guard echo.floats[bin] < 0.5 * power else { continue }
            var probability = Self.speech[power / known]
            presence.floats[bin] += (1 - Self.presenceMemory) * (probability - presence.floats[bin])
            // Who has talked for so long without a pause is no voice, but another noise.
            if presence.floats[bin] > 0.99 { probability = min(probability, 0.99) }
            noise.floats[bin] = known + (1 - Self.noiseMemory) * (1 - probability) * (power - known)
        }
    }

    /// Steps 2 and 3.
    func apply(to spectrum: borrowing Spectrum) {
        let floor = max(Self.leastGain, loudness.squareRoot())
        guard floor < 1 else { return }
        spectrum.power(into: power)
        let real = spectrum.real.floats, imaginary = spectrum.imaginary.floats
        for bin in 0..<Self.binCount {
            let heard = power.floats[bin], known = noise.floats[bin] + 1e-12
            let instant = min(heard / known, 1e4)
            let ratio = max(Self.persistence * cleanPower.floats[bin] / known + (1 - Self.persistence) * max(instant - 1, 0), Self.leastRatio)
            let share = ratio / (1 + ratio)
            let gain = min(share * Self.amplitude[share * instant], 1)
            cleanPower.floats[bin] = gain * gain * heard
            let applied = max(gain, floor)
            real[bin] *= applied
            imaginary[bin] *= applied
        }
    }

    /// How much louder than the noise is what nobody hears, as a ratio of powers: the mean of the logarithms, for the loudest bins are not all.
    private var loudness: Float {
        var sum = Lanes(repeating: 0)
        for lane in Self.tellingLanes {
            let ratio = quiet.lanes[lane] / (noise.lanes[lane] + 1e-12)
            // The bits of a number, read as a whole one, are its logarithm to within a tenth of an octave.
            sum += Lanes(unsafeBitCast(ratio, to: SIMD8<Int32>.self))
        }
        return exp2(sum.sum() / Float(8 * Self.tellingLanes.count) / 8_388_608 - 127)
    }

    /// E₁ (Abramowitz and Stegun 5.1.11, and the continued fraction of 5.1.22).
    private static func exponentialIntegral(_ x: Double) -> Double {
        guard x > 1 else {
            var sum = -0.577_215_664_901_532_9 - log(x), term = 1.0
            for k in 1...25 {
                term *= -x / Double(k)
                sum -= term / Double(k)
            }
            return sum
        }
        var tail = 0.0
        for k in stride(from: 60, through: 1, by: -1) { tail = Double(k) / (1 + Double(k) / (x + tail)) }
        return exp(-x) / (x + tail)
    }
}
