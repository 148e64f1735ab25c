import AudioCore

/// What the room does to the loudspeaker's sound: a filter in the frequency domain that learns as a Kalman filter does.
///
/// The state is the room's response; how uncertain it is, bin by bin, is part of the state, and the step size follows from it and from the
/// power of what the reference cannot explain (Enzner and Vary, “Frequency-domain adaptive Kalman filter for acoustic echo control in
/// hands-free telephones”, Signal Processing 86, 2006). So a near end that speaks makes the steps small by itself.
///
/// The whole response is one block of a quarter of a second that moves by 10 ms. Cut into partitions of 10 ms, the same filter takes 10 dB
/// more echo for granted: neighbouring partitions see nearly the same vowel, which a variance for each bin alone cannot know.
final class EchoPathFilter {
    /// Samples in a block: the response and the frame.
    static let blockSize = 12_288
    /// Samples from one block to the next.
    static let hop = AudioFrame.sampleCount
    /// Samples from one step of learning to the next: half as many transforms as with every block, and as good.
    static let stride = 2 * hop
    /// Samples of the response.
    static let length = blockSize - stride

    /// The error of the last frame: what the microphone heard less the echo that was predicted. 480 samples.
    let error = LaneBuffer(hop)
    /// The echo that was predicted for the last frame. 480 samples.
    let echo = LaneBuffer(hop)

    /// The power by which the prediction is expected to be wrong, for each bin of the suppressor's windows.
    let uncertainty = LaneBuffer(SpectralFrames.binCount)

    private let transform: FourierTransform
    private let response = Spectrum(size: blockSize)
    /// How wrong each bin of the response may be: the variance of its error.
    private let variance = LaneBuffer(blockSize / 2 + 1)
    /// The power of what the reference does not explain.
    private let nearPower = LaneBuffer(blockSize / 2 + 1)
    /// The power by which the prediction is expected to be wrong, for each bin.
    private let excess = LaneBuffer(blockSize / 2 + 1)
    private let reference = Spectrum(size: blockSize)
    private let scratch = Spectrum(size: blockSize)
    private let block = LaneBuffer(blockSize)
    /// The error that is to be learnt from next; the older half of it may wait for the other.
    private let lesson = LaneBuffer(stride)
    private var isHalfLearnt = false
    /// How steps are shared out along the response: rooms decay. Zero behind its end.
    private let envelope = LaneBuffer(blockSize)

    /// Share of a block that is error rather than zeros.
    private static let share = Float(stride) / Float(blockSize)
    /// How much of the response's power becomes uncertain in 20 ms.
    private static let change: Float = 2e-5
    /// By what steps become smaller from one sample of the response to the next: 60 dB in a second.
    private static let decay: Float = 0.999_856
    /// How much of the near end's power is kept from step to step.
    private static let memory: Float = 0.81
    /// The variance of a bin nothing is known about: a return loss of 3 dB.
    private static let firstVariance: Float = 0.5

    init(transform: FourierTransform) {
        precondition(transform.size == Self.blockSize, "the transform is of another size")
        self.transform = transform
        var factor: Float = 1
        var sum: Float = 0
        for index in 0..<Self.length {
            envelope.floats[index] = factor
            sum += factor
            factor *= Self.decay
        }
        for index in 0..<Self.length { envelope.floats[index] *= Float(Self.length) / sum }
        forget()
    }

    /// Takes nothing for known.
    func forget() {
        response.clear()
        nearPower.clear()
        isHalfLearnt = false
        for lane in 0..<variance.laneCount { variance.lanes[lane] = Lanes(repeating: Self.firstVariance) }
    }

    /// Moves the response by whole samples, since its reference moves: what was at sample n is then at n + samples.
    func shift(by samples: Int) {
        guard samples != 0 else { return }
        isHalfLearnt = false
        transform.inverse(response, into: block.floats)
        let kept = max(0, Self.length - abs(samples))
        if samples < 0 {
            block.floats.update(from: block.floats - samples, count: kept)
            (block.floats + kept).update(repeating: 0, count: Self.blockSize - kept)
        } else {
            let gap = min(samples, Self.length)
            (block.floats + gap).update(from: block.floats, count: kept)
            block.floats.update(repeating: 0, count: gap)
            (block.floats + Self.length).update(repeating: 0, count: Self.blockSize - Self.length)
        }
        transform.forward(block.floats, into: response)
    }

    /// Takes the response for uncertain.
    ///
    /// - Parameter part: the share of its power that may be wrong, 0...1.
    func doubt(_ part: Float) {
        isHalfLearnt = false
        let w = response.real.lanes, v = response.imaginary.lanes
        var sum = Lanes(repeating: 0)
        for bin in 0..<variance.laneCount { sum += w[bin] * w[bin] + v[bin] * v[bin] }
        let mean = Lanes(repeating: part * sum.sum() / Float(response.binCount))
        for bin in 0..<variance.laneCount {
            let doubtful = part * (w[bin] * w[bin] + v[bin] * v[bin]) * 0.5 + mean * 0.5
            variance.lanes[bin] = variance.lanes[bin].replacing(with: doubtful, where: variance.lanes[bin] .< doubtful)
        }
    }

    /// Predicts the echo in a frame and takes it out.
    ///
    /// - Parameters:
    ///   - heard: the frame's 480 samples.
    ///   - played: the reference's last 12 288 samples, which end with the frame.
    func cancel(_ heard: UnsafePointer<Float>, played: UnsafePointer<Float>) {
        transform.forward(played, into: reference)
        let xReal = reference.real.lanes, xImaginary = reference.imaginary.lanes
        let wReal = response.real.lanes, wImaginary = response.imaginary.lanes
        let yReal = scratch.real.lanes, yImaginary = scratch.imaginary.lanes
        let wrong = excess.lanes, p = variance.lanes
        for bin in 0..<reference.laneCount {
            yReal[bin] = xReal[bin] * wReal[bin] - xImaginary[bin] * wImaginary[bin]
            yImaginary[bin] = xReal[bin] * wImaginary[bin] + xImaginary[bin] * wReal[bin]
            wrong[bin] = (xReal[bin] * xReal[bin] + xImaginary[bin] * xImaginary[bin]) * p[bin]
        }
        summariseExcess()
        transform.inverse(scratch, into: block.floats)
        echo.floats.update(from: block.floats + (Self.blockSize - Self.hop), count: Self.hop)
        for index in 0..<Self.hop { error.floats[index] = heard[index] - echo.floats[index] }
        lesson.floats.update(from: lesson.floats + Self.hop, count: Self.stride - Self.hop)
        (lesson.floats + (Self.stride - Self.hop)).update(from: error.floats, count: Self.hop)
    }

    /// Lets a frame pass for which nothing is predicted, since nothing is played.
    func rest(_ heard: UnsafePointer<Float>) {
        echo.clear()
        uncertainty.clear()
        error.floats.update(from: heard, count: Self.hop)
        isHalfLearnt = false
    }

    /// Learns from the last frame's error; together with the next one's, where that is learnt from too.
    func adapt() {
        isHalfLearnt.toggle()
        guard !isHalfLearnt else { return }
        block.floats.update(repeating: 0, count: Self.length)
        (block.floats + Self.length).update(from: lesson.floats, count: Self.stride)
        transform.forward(block.floats, into: scratch)
        let xReal = reference.real.lanes, xImaginary = reference.imaginary.lanes
        let wReal = response.real.lanes, wImaginary = response.imaginary.lanes
        let eReal = scratch.real.lanes, eImaginary = scratch.imaginary.lanes
        let near = nearPower.lanes, p = variance.lanes
        let share = Lanes(repeating: Self.share), whole = Lanes(repeating: 1 / Self.share)
        let least = Lanes(repeating: 1e-6)
        let change = Lanes(repeating: Self.change), floor = Lanes(repeating: Self.change * 1e-4)
        for bin in 0..<reference.laneCount {
            let er = eReal[bin], ei = eImaginary[bin], xr = xReal[bin], xi = xImaginary[bin]
            let wr = wReal[bin], wi = wImaginary[bin]
            let power = er * er + ei * ei
            let smooth = near[bin] * Self.memory + power * (1 - Self.memory)
            near[bin] = smooth
            let unexplained = smooth.replacing(with: power, where: power .> smooth)
            let played = xr * xr + xi * xi
            let step = p[bin] / (played * p[bin] + unexplained * whole + least)
            eReal[bin] = step * (er * xr + ei * xi)
            eImaginary[bin] = step * (ei * xr - er * xi)
            p[bin] = p[bin] * (1 - share * step * played) + change * (wr * wr + wi * wi) + floor
        }
        // What a step says about times before and behind the response is noise, and most of what it says is about the response's beginning.
        transform.inverse(scratch, into: block.floats)
        for lane in 0..<block.laneCount { block.lanes[lane] *= envelope.lanes[lane] }
        transform.forward(block.floats, into: scratch)
        for bin in 0..<reference.laneCount {
            wReal[bin] += eReal[bin]
            wImaginary[bin] += eImaginary[bin]
        }
    }

    /// Sums the block's fine bins up into the suppressor's, and its power into that of a window.
    private func summariseExcess() {
        let width = Self.blockSize / SpectralFrames.blockSize
        let scale = Float(Self.hop) / Float(Self.blockSize)
        for bin in 0..<SpectralFrames.binCount {
            let start = max(0, bin * width - width / 2), end = min(reference.binCount, bin * width + width / 2)
            var sum: Float = 0
            for fine in start..<end { sum += excess.floats[fine] }
            uncertainty.floats[bin] = sum / Float(end - start) * scale
        }
    }
}
