import AudioCore

/// How long the echo takes, in steps of 10 ms: the lag at which what was played and what is heard go together best.
///
/// For each lag the cross spectrum of the two is averaged over half a second; its power over the powers of both is how much of the one the
/// other explains. Both are whitened by that, so that a vowel does not decide.
final class DelayFinder {
    /// Lags that are looked at: 0...0.63 s.
    static let lagCount = 64
    static let blockSize = 1024
    /// The bins of 47 Hz that are looked at, in steps of eight: 0.4...4.9 kHz.
    private static let firstLane = 1
    private static let laneCount = 12
    /// How much of the averages is left after 10 ms.
    private static let memory: Float = 0.98
    /// How much must be explained, of as many bins as there are, and how many times more than at other lags.
    private static let leastExplained: Float = 12
    private static let leastClarity: Float = 5
    /// Frames with sound before anything is believed, and in a row with the same answer.
    private static let leastActive = 15
    private static let leastStable = 5

    private let transform: FourierTransform
    private let playedReal = LaneBuffer(lagCount * laneCount * 8)
    private let playedImaginary = LaneBuffer(lagCount * laneCount * 8)
    private let crossReal = LaneBuffer(lagCount * laneCount * 8)
    private let crossImaginary = LaneBuffer(lagCount * laneCount * 8)
    private let playedPower = LaneBuffer(laneCount * 8)
    private let heardPower = LaneBuffer(laneCount * 8)
    /// One over the product of both.
    private let weight = LaneBuffer(laneCount * 8)
    private let spectrum = Spectrum(size: blockSize)
    private let played = LaneBuffer(blockSize)
    private let block = LaneBuffer(blockSize)
    private var newest = 0
    private var activeCount = 0
    private var stableCount = 0
    private var candidate = 0

    init(transform: FourierTransform) {
        precondition(transform.size == Self.blockSize, "the transform is of another size")
        self.transform = transform
    }

    /// The lag in frames, where it is clear.
    var lag: Int? { stableCount >= Self.leastStable ? candidate : nil }

    /// Forgets what has been heard; what was played is kept.
    func forget() {
        crossReal.clear()
        crossImaginary.clear()
        playedPower.clear()
        heardPower.clear()
        activeCount = 0
        stableCount = 0
    }

    /// Takes note of 480 samples that are played.
    func insert(played next: UnsafePointer<Float>) {
        let count = AudioFrame.sampleCount
        played.floats.update(from: played.floats + count, count: Self.blockSize - count)
        (played.floats + (Self.blockSize - count)).update(from: next, count: count)
        transform.forward(played.floats, into: spectrum)
        newest = newest + 1 == Self.lagCount ? 0 : newest + 1
        (playedReal.lanes + newest * Self.laneCount).update(from: spectrum.real.lanes + Self.firstLane, count: Self.laneCount)
        (playedImaginary.lanes + newest * Self.laneCount).update(from: spectrum.imaginary.lanes + Self.firstLane, count: Self.laneCount)
    }

    /// Takes note of the 480 samples that are heard meanwhile, and looks.
    func insert(heard next: UnsafePointer<Float>) {
        let count = AudioFrame.sampleCount
        block.floats.update(repeating: 0, count: Self.blockSize - count)
        (block.floats + (Self.blockSize - count)).update(from: next, count: count)
        transform.forward(block.floats, into: spectrum)
        let dReal = spectrum.real.lanes + Self.firstLane, dImaginary = spectrum.imaginary.lanes + Self.firstLane
        let keep = Lanes(repeating: Self.memory)
        let latestReal = playedReal.lanes + newest * Self.laneCount, latestImaginary = playedImaginary.lanes + newest * Self.laneCount
        var loudness = Lanes(repeating: 0)
        for lane in 0..<Self.laneCount {
            let power = latestReal[lane] * latestReal[lane] + latestImaginary[lane] * latestImaginary[lane]
            loudness += power
            playedPower.lanes[lane] = playedPower.lanes[lane] * keep + power
            heardPower.lanes[lane] = heardPower.lanes[lane] * keep + dReal[lane] * dReal[lane] + dImaginary[lane] * dImaginary[lane]
            weight.lanes[lane] = 1 / (playedPower.lanes[lane] * heardPower.lanes[lane] + 1e-9)
        }
        if loudness.sum() > 1e-3 { activeCount += 1 }
        var best: Float = 0, bestLag = 0, sum: Float = 0
        for lag in 0..<Self.lagCount {
            let index = newest >= lag ? newest - lag : newest - lag + Self.lagCount
            let xReal = playedReal.lanes + index * Self.laneCount, xImaginary = playedImaginary.lanes + index * Self.laneCount
            let sReal = crossReal.lanes + lag * Self.laneCount, sImaginary = crossImaginary.lanes + lag * Self.laneCount
            var explained = Lanes(repeating: 0)
            for lane in 0..<Self.laneCount {
                let real = sReal[lane] * keep + dReal[lane] * xReal[lane] + dImaginary[lane] * xImaginary[lane]
                let imaginary = sImaginary[lane] * keep + dImaginary[lane] * xReal[lane] - dReal[lane] * xImaginary[lane]
                sReal[lane] = real
                sImaginary[lane] = imaginary
                explained += (real * real + imaginary * imaginary) * weight.lanes[lane]
            }
            let value = explained.sum()
            sum += value
            if value > best {
                best = value
                bestLag = lag
            }
        }
        let isClear = best > Self.leastExplained && best * Float(Self.lagCount) > Self.leastClarity * sum && activeCount > Self.leastActive
        stableCount = !isClear ? 0 : bestLag == candidate ? stableCount + 1 : 1
        candidate = bestLag
    }
}
