import AudioCore

/// How the echo moves away from its prediction, because loudspeaker and microphone have clocks of their own: offset and rate, the two states of a
/// Kalman filter.
///
/// What is measured in a frame: an echo that comes τ later than predicted leaves the error −τ·dy/dt, so τ is the error's projection on the
/// derivative of the prediction, each bin weighted by how little else is in it. A near end that talks is noise to that, and counts little.
struct DriftTracker: ~Copyable {
    /// By how much the microphone's clock is faster than the loudspeaker's: 1e-4 is 100 ppm.
    private(set) var rate: Double = 0

    private var offsetVariance = 0.01
    private var covariance = 0.0
    /// Clocks of sound cards are within 100 ppm of each other.
    private var rateVariance = 1e-8
    private let errorPower = LaneBuffer(SpectralFrames.binCount)

    /// What a frame adds to the offset's variance, samples², and to the rate's.
    private static let offsetNoise = 1e-7
    private static let rateNoise = 1e-16
    /// Errors of neighbouring frames and bins resemble each other, so that a measurement is worth a third of what its power says.
    private static let caution = 3.0
    /// Bins of 47 Hz that are looked at: 230 Hz...8 kHz.
    private static let bins = 5..<170
    /// No clock is that far off; it would be something else.
    private static let widestRate = 5e-4

    /// Forgets how certain it was, not what it knows.
    mutating func doubt() {
        offsetVariance = 0.01
        covariance = 0
        rateVariance = max(rateVariance, 1e-10)
    }

    /// - Returns: by how many samples the echo is later than predicted.
    mutating func measure(heard: borrowing Spectrum, echo: borrowing Spectrum) -> Double {
        let heardReal = heard.real.floats, heardImaginary = heard.imaginary.floats
        let echoReal = echo.real.floats, echoImaginary = echo.imaginary.floats
        let unit = 2 * Float.pi / Float(SpectralFrames.blockSize)
        var projection: Float = 0, information: Float = 0
        for bin in Self.bins {
            let real = heardReal[bin] - echoReal[bin], imaginary = heardImaginary[bin] - echoImaginary[bin]
            let power = real * real + imaginary * imaginary
            let smooth = 0.9 * errorPower.floats[bin] + 0.1 * power
            errorPower.floats[bin] = smooth
            let weight = 1 / (max(power, smooth) + 1e-5)
            let frequency = unit * Float(bin)
            projection -= weight * frequency * (imaginary * echoReal[bin] - real * echoImaginary[bin])
            let echoPower = echoReal[bin] * echoReal[bin] + echoImaginary[bin] * echoImaginary[bin]
            information += weight * frequency * frequency * echoPower
        }
        let frame = Double(AudioFrame.sampleCount)
        offsetVariance += 2 * frame * covariance + frame * frame * rateVariance + Self.offsetNoise
        covariance += frame * rateVariance
        rateVariance += Self.rateNoise
        guard information > 1 else {
            // Nothing is heard of the echo; what is not known of the offset is bounded by what will be believed of it.
            offsetVariance = min(offsetVariance, 4)
            return 0
        }
        let deviation = offsetVariance + Self.caution / Double(information)
        let limit = 2 * deviation.squareRoot()
        let measured = min(max(Double(projection / information), -limit), limit)
        let offsetGain = offsetVariance / deviation, rateGain = covariance / deviation
        rate = min(max(rate + rateGain * measured, -Self.widestRate), Self.widestRate)
        rateVariance -= rateGain * covariance
        covariance -= offsetGain * covariance
        offsetVariance -= offsetGain * offsetVariance
        return offsetGain * measured
    }
}
