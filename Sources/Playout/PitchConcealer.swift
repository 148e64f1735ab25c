/// Makes up speech for codecs that do not: repeats the last period, ever more quietly (after ITU-T G.711 appendix I).
///
/// Keeps the last 40 ms of what was played. One owner; after `init` nothing is allocated.
final class PitchConcealer {
    private static let historyCount = 1920
    /// The first 10 ms are as loud as what went before; after 60 ms there is silence.
    private static let fullSamples = 480
    private static let silentSamples = 2880
    /// How long what was made up goes on under what comes next.
    static let mergeCount = 240

    private let history = UnsafeMutableBufferPointer<Float>.allocate(capacity: historyCount)
    private let reversed = UnsafeMutableBufferPointer<Float>.allocate(capacity: PitchSearch.span)
    private var period = 0
    /// Samples made up since the last real one.
    private(set) var madeUp = 0

    init() {
        history.initialize(repeating: 0)
        reversed.initialize(repeating: 0)
    }

    deinit {
        history.deallocate()
        reversed.deallocate()
    }

    /// Takes note of what is being played for real.
    func remember(_ samples: UnsafeBufferPointer<Float>) {
        madeUp = 0
        guard let base = history.baseAddress, let source = samples.baseAddress else { return }
        let count = min(samples.count, history.count)
        base.update(from: base + count, count: history.count - count)
        (base + history.count - count).update(from: source + samples.count - count, count: count)
    }

    /// Makes up the next samples.
    func conceal(into target: UnsafeMutableBufferPointer<Float>) {
        if madeUp == 0 { findPeriod() }
        for index in 0..<target.count {
            let position = madeUp % period
            target[index] = history[history.count - period + position] * gain(at: madeUp)
            madeUp += 1
        }
    }

    /// Lets what was made up fade under the first samples that are real again.
    func merge(into samples: UnsafeMutableBufferPointer<Float>) {
        guard madeUp > 0, madeUp < Self.silentSamples else { return }
        let count = min(Self.mergeCount, samples.count)
        for index in 0..<count {
            let weight = (Float(index) + 0.5) / Float(count)
            let made = history[history.count - period + (madeUp + index) % period] * gain(at: madeUp + index)
            samples[index] = made * (1 - weight) + samples[index] * weight
        }
    }

    func reset() {
        history.update(repeating: 0)
        madeUp = 0
    }

    private func gain(at sample: Int) -> Float {
        if sample < Self.fullSamples { return 1 }
        return max(0, 1 - Float(sample - Self.fullSamples) / Float(Self.silentSamples - Self.fullSamples))
    }

    /// The search looks forward; the past is handed to it backwards.
    private func findPeriod() {
        for index in 0..<reversed.count { reversed[index] = history[history.count - 1 - index] }
        period = reversed.baseAddress.map { PitchSearch.find($0).period } ?? PitchSearch.shortest
    }
}
