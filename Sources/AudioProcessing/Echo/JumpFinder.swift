import AudioCore

/// By how much the echo comes later than predicted, once it has left its prediction: the lag at which the prediction of the last 0.17 s goes
/// together with what is heard.
final class JumpFinder {
    private static let size = EchoPathFilter.blockSize
    /// Samples of prediction that are looked at.
    private static let history = 8192
    /// The longest piece that is compared, samples, and the shortest that two pieces must have in common.
    private static let longestPiece = 5760
    private static let leastInCommon = 960
    private let transform: FourierTransform
    /// The last samples of either, in rings: they are looked at only when the path is lost.
    private let heardRing = LaneBuffer(history)
    private let echoRing = LaneBuffer(history)
    /// Where the oldest of them are.
    private var oldest = 0
    /// The same, oldest first.
    private let heard = LaneBuffer(history)
    private let echo = LaneBuffer(history)
    private let block = LaneBuffer(size)
    private let first = Spectrum(size: size)
    private let second = Spectrum(size: size)
    /// The prediction's energy up to each sample.
    private let sums = LaneBuffer(history + 8)

    init(transform: FourierTransform) { self.transform = transform }

    func insert(heard newHeard: UnsafePointer<Float>, echo newEcho: UnsafePointer<Float>) {
        let count = AudioFrame.sampleCount
        let first = min(count, Self.history - oldest)
        (heardRing.floats + oldest).update(from: newHeard, count: first)
        (echoRing.floats + oldest).update(from: newEcho, count: first)
        heardRing.floats.update(from: newHeard + first, count: count - first)
        echoRing.floats.update(from: newEcho + first, count: count - first)
        oldest = (oldest + count) % Self.history
    }

    /// - Parameter length: samples since the echo left its prediction.
    /// - Returns: the lag in samples, positive where the echo has become later, and how well they go together there: 1 is the same.
    func search(length wanted: Int) -> (lag: Int, likeness: Float) {
        let size = Self.size, history = Self.history
        let length = min(wanted, Self.longestPiece)
        unroll(heardRing, into: heard)
        unroll(echoRing, into: echo)
        block.clear()
        (block.floats + (size - length)).update(from: heard.floats + (history - length), count: length)
        transform.forward(block.floats, into: first)
        block.clear()
        (block.floats + (size - history)).update(from: echo.floats, count: history)
        transform.forward(block.floats, into: second)
        let ar = first.real.lanes, ai = first.imaginary.lanes, br = second.real.lanes, bi = second.imaginary.lanes
        for bin in 0..<first.laneCount {
            let r = ar[bin] * br[bin] + ai[bin] * bi[bin]
            let i = ai[bin] * br[bin] - ar[bin] * bi[bin]
            ar[bin] = r
            ai[bin] = i
        }
        transform.inverse(first, into: block.floats)
        var sum: Float = 0
        for index in 0..<history {
            sums.floats[index] = sum
            sum += echo.floats[index] * echo.floats[index]
        }
        sums.floats[history] = sum
        var heardEnergy: Float = 1e-9
        for index in history - length..<history { heardEnergy += heard.floats[index] * heard.floats[index] }
        var best: Float = 0, bestLag = 0
        let latest = history - length
        // Zeros in front of the prediction keep earlier lags from wrapping around.
        let earliest = -min(size - history - 1, length - Self.leastInCommon)
        guard earliest < 0 else { return (0, 0) }
        for lag in earliest..<latest {
            let value = block.floats[lag < 0 ? lag + size : lag]
            guard value > 0 else { continue }
            let end = min(history, history - lag), start = history - length - lag
            let energy = sums.floats[end] - sums.floats[start] + 1e-9
            let likeness = value / (energy * heardEnergy).squareRoot()
            if likeness > best {
                best = likeness
                bestLag = lag
            }
        }
        return (bestLag, best)
    }

    private func unroll(_ ring: borrowing LaneBuffer, into line: borrowing LaneBuffer) {
        line.floats.update(from: ring.floats + oldest, count: Self.history - oldest)
        (line.floats + (Self.history - oldest)).update(from: ring.floats, count: oldest)
    }
}
