import Glibc

/// Takes the predicted echo out of what is heard, and then what the prediction left: bin by bin of `SpectralFrames`.
///
/// 1. In each band, only as much of the prediction is taken out as has been there lately: a prediction that explains nothing would add noise.
/// 2. What is left of the echo is guessed from the filter's own uncertainty, and from how much was left of past predictions at times when
///    little else was heard (a low quantile of the ratio, for the near end is in the rest of them).
/// 3. The gain is Wiener's, from an a-priori ratio that leans on the last frame's (Ephraim and Malah 1984). It goes down to −50 dB while only the
///    echo is heard, to −20 dB while the near end talks, and never below the room's own noise, so that the background stays.
final class ResidualEchoSuppressor {
    private static let binCount = SpectralFrames.binCount

    /// Of the last frame: the power that the prediction left, and how much of it is taken for echo.
    let errorPower = LaneBuffer(binCount)
    let residual = LaneBuffer(binCount)

    private let echoPower = LaneBuffer(binCount)
    /// `echoPower` with its decay.
    private let echoTail = LaneBuffer(binCount)
    /// What was let through of the last frame.
    private let cleanPower = LaneBuffer(binCount)
    private let noise = LaneBuffer(binCount)
    private let smoothPower = LaneBuffer(binCount)
    /// Band edges, bins.
    private let edges: [Int]
    /// Weighted products of sound heard and echo predicted, and of the prediction with itself, by band.
    private let products: LaneBuffer
    private let squares: LaneBuffer
    /// What is left of a prediction's power, by band, as a power of two.
    private let leakage: LaneBuffer
    /// Whether the near end talks, 0...1.
    private var presence: Float = 0

    private static let echoDecay: Float = 0.6
    private static let shareMemory: Float = 0.98
    /// The quantile of the leakage that is followed, and by how much a frame moves it.
    private static let quantile: Float = 0.3
    private static let leakageStep: Float = 0.1
    private static let overestimate: Float = 2
    /// How much the last frame counts in the a-priori ratio.
    private static let persistence: Float = 0.9
    /// The least gains: where only the echo is heard, and where the near end talks.
    private static let echoFloor: Float = 0.003
    private static let talkFloor: Float = 0.1
    /// Bins that tell whether somebody talks: 190 Hz...6 kHz.
    private static let tellingBins = 4..<130

    init() {
        var edges = [0]
        var edge = 0
        while edge < Self.binCount {
            edge = min(Self.binCount, edge + (edge < 40 ? 3 : edge < 90 ? 6 : edge < 170 ? 12 : 32))
            edges.append(edge)
        }
        self.edges = edges
        products = LaneBuffer(edges.count)
        squares = LaneBuffer(edges.count)
        leakage = LaneBuffer(edges.count)
        for band in edges.indices { leakage.floats[band] = -3.3 }
        for lane in 0..<noise.laneCount { noise.lanes[lane] = Lanes(repeating: 1) }
    }

    /// - Parameters:
    ///   - heard: the spectrum of what is heard; what is let through is left in it.
    ///   - echo: the prediction's.
    ///   - uncertainty: the power that the filter expects to be wrong by, for each bin.
    ///   - mutes: whether the prediction is known to be wrong, so that nothing shall be heard.
    func process(heard: borrowing Spectrum, echo: borrowing Spectrum, uncertainty: UnsafePointer<Float>, mutes: Bool) {
        echo.power(into: echoPower)
        subtractPrediction(heard, echo)
        heard.power(into: errorPower)
        followNoise()
        estimateResidual(uncertainty)
        applyGain(heard, mutes: mutes)
    }

    /// There is no echo, and nothing to be done.
    func rest(_ heard: borrowing Spectrum) {
        heard.power(into: errorPower)
        residual.clear()
    }

    /// Step 1.
    private func subtractPrediction(_ heard: borrowing Spectrum, _ echo: borrowing Spectrum) {
        let heardReal = heard.real.floats, heardImaginary = heard.imaginary.floats
        let echoReal = echo.real.floats, echoImaginary = echo.imaginary.floats
        for band in 0..<edges.count - 1 {
            var product: Float = 0, square: Float = 0, error: Float = 1e-6
            for bin in edges[band]..<edges[band + 1] {
                product += heardReal[bin] * echoReal[bin] + heardImaginary[bin] * echoImaginary[bin]
                square += echoPower.floats[bin]
                let real = heardReal[bin] - echoReal[bin], imaginary = heardImaginary[bin] - echoImaginary[bin]
                error += real * real + imaginary * imaginary
            }
            products.floats[band] = products.floats[band] * Self.shareMemory + product / error
            squares.floats[band] = squares.floats[band] * Self.shareMemory + square / error
            let share = max(0, min(1, products.floats[band] / (squares.floats[band] + 0.05)))
            for bin in edges[band]..<edges[band + 1] {
                heardReal[bin] -= share * echoReal[bin]
                heardImaginary[bin] -= share * echoImaginary[bin]
            }
        }
    }

    /// Follows the room's noise: down at once, up by 2 dB a second.
    private func followNoise() {
        let power = errorPower.lanes, smooth = smoothPower.lanes, noise = noise.lanes
        let echo = echoPower.lanes, tail = echoTail.lanes
        for lane in 0..<errorPower.laneCount {
            let decayed = tail[lane] * Self.echoDecay
            tail[lane] = echo[lane].replacing(with: decayed, where: decayed .> echo[lane])
            smooth[lane] = smooth[lane] * 0.8 + power[lane] * 0.2
            let down = noise[lane] + 0.3 * (smooth[lane] - noise[lane])
            noise[lane] = (noise[lane] * 1.005).replacing(with: down, where: smooth[lane] .< noise[lane])
        }
    }

    /// Step 2, and whether the near end talks.
    private func estimateResidual(_ uncertainty: UnsafePointer<Float>) {
        let upward = Self.leakageStep * Self.quantile * (presence > 0.5 ? 0.25 : 1)
        let downward = Self.leakageStep * (1 - Self.quantile)
        var evidence: Float = 0, bandCount: Float = 0
        for band in 0..<edges.count - 1 {
            var error: Float = 1e-9, predicted: Float = 1e-9, background: Float = 0
            for bin in edges[band]..<edges[band + 1] {
                error += errorPower.floats[bin]
                predicted += echoTail.floats[bin]
                background += noise.floats[bin]
            }
            if predicted > 10 * background {
                let step = log2(error / predicted) > leakage.floats[band] ? upward : -downward
                leakage.floats[band] = max(-16, min(1, leakage.floats[band] + step))
            }
            let factor = exp2(leakage.floats[band]) * Self.overestimate
            var expected: Float = 0
            for bin in edges[band]..<edges[band + 1] {
                let value = factor * echoTail.floats[bin] + uncertainty[bin]
                residual.floats[bin] = value
                expected += value
            }
            if Self.tellingBins.contains(edges[band]) {
                evidence += max(-1, min(4, log2(error / (expected + 2 * background + 1e-9))))
                bandCount += 1
            }
        }
        let target = max(0, min(1, evidence / bandCount / 1.5))
        presence = target > presence ? target : presence + 0.1 * (target - presence)
    }

    /// Step 3.
    private func applyGain(_ heard: borrowing Spectrum, mutes: Bool) {
        let real = heard.real.lanes, imaginary = heard.imaginary.lanes
        let floor = Lanes(repeating: Self.echoFloor + (Self.talkFloor - Self.echoFloor) * presence)
        let most = Lanes(repeating: mutes ? Self.echoFloor : 1)
        let zero = Lanes(repeating: 0), one = Lanes(repeating: 1)
        for lane in 0..<errorPower.laneCount {
            let power = errorPower.lanes[lane]
            let expected = residual.lanes[lane] + 1e-12
            let instant = power / expected - 1
            let ratio = Self.persistence * cleanPower.lanes[lane] / expected
                + (1 - Self.persistence) * instant.replacing(with: zero, where: instant .< zero)
            var gain = ratio / (1 + ratio)
            cleanPower.lanes[lane] = gain * gain * power
            gain = gain.replacing(with: floor, where: gain .< floor)
            gain = gain.replacing(with: most, where: gain .> most)
            var audible = (0.5 * noise.lanes[lane] / (power + 1e-12)).squareRoot()
            audible = audible.replacing(with: one, where: audible .> one)
            gain = gain.replacing(with: audible, where: gain .< audible)
            real[lane] *= gain
            imaginary[lane] *= gain
        }
    }
}
