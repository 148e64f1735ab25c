/// Makes up what is lost: goes on with the last periods of the voice, ever more quietly (after ITU-T G.711 appendix I, which gives up sooner).
///
/// 1. The distance at which the last 10 ms repeat is found in the past.
/// 2. The last period is repeated; after 10 ms the last two, after 20 ms the last three, so that it does not sound like a tone. At each joint
///    the end fades into what came before the beginning. Where nothing repeats itself, pieces of changing length are taken instead.
/// 3. It gets quieter, and background comes in its place.
///
/// One owner; after `init` nothing is allocated.
final class PitchConcealer {
    /// So long it is as loud as what went before; so much later it is gone.
    private static let fullCount = 960
    private static let voicedFade: Float = 5_280
    private static let unvoicedFade: Float = 3_360
    private static let voicedLikeness: Float = 0.5
    private static let mostHistory = 3 * PitchSearch.longest + PitchSearch.longest / 4
    /// Where nothing repeats itself, the first samples are those before the end backwards, so that no step is heard.
    private static let mirrorCount = 64

    /// The past that is repeated.
    private let history = UnsafeMutablePointer<Float>.allocate(capacity: mostHistory)
    /// Just behind it.
    private let end: UnsafeMutablePointer<Float>
    private var distance = PitchSearch.longest
    private var isVoiced = false
    /// Where reading has come, from the past's end: −1 is its last sample.
    private var offset = 0
    /// How far before the past's end the next piece begins.
    private var upcoming = PitchSearch.longest
    /// Samples at the past's end that fade into the next piece.
    private var overlap = PitchSearch.shortest
    private var state: UInt32 = 0x2545_F491
    /// Samples made up since `begin`.
    private var madeUp = 0
    /// Whether what is real is over.
    private(set) var isActive = false

    init() {
        history.initialize(repeating: 0, count: Self.mostHistory)
        end = history + Self.mostHistory
    }

    deinit { history.deallocate() }

    /// The samples after which the voice repeats itself; `nil` where it does not.
    var period: Int? { isVoiced ? distance : nil }

    /// What is real is over.
    ///
    /// - Parameter past: its end; `SampleQueue.pastCount` samples before it are readable.
    func begin(after past: UnsafePointer<Float>) {
        history.update(from: past - Self.mostHistory, count: Self.mostHistory)
        let found = PitchSearch.find(end - 480, count: 480, direction: -1)
        distance = found.distance
        isVoiced = found.correlation >= Self.voicedLikeness
        madeUp = 0
        overlap = distance / 4
        offset = -(isVoiced ? distance : pieceLength())
        isActive = true
    }

    func finish() { isActive = false }

    /// Makes up the next samples.
    func conceal(into target: UnsafeMutableBufferPointer<Float>, over noise: inout ComfortNoise) {
        for index in 0..<target.count {
            let gain = gain(at: madeUp)
            let made = nextSample()
            target[index] = gain < 1 ? made * gain + noise.next() * (1 - gain) : made
            madeUp += 1
        }
    }

    private func nextSample() -> Float {
        var sample = end[offset]
        if !isVoiced, madeUp < Self.mirrorCount {
            let weight = Float(madeUp) / Float(Self.mirrorCount)
            sample = sample * weight + end[-1 - madeUp] * (1 - weight)
        }
        if -offset == overlap { upcoming = isVoiced ? distance * min(3, 1 + madeUp / 480) : pieceLength() }
        if -offset <= overlap {
            let weight = (Float(overlap + offset) + 0.5) / Float(overlap)
            sample = sample * (1 - weight) + end[offset - upcoming] * weight
        }
        offset += 1
        if offset == 0 { offset = -upcoming }
        return sample
    }

    private func pieceLength() -> Int {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return PitchSearch.longest + Int(state % UInt32(PitchSearch.longest))
    }

    private func gain(at sample: Int) -> Float {
        if sample < Self.fullCount { return 1 }
        return max(0, 1 - Float(sample - Self.fullCount) / (isVoiced ? Self.voicedFade : Self.unvoicedFade))
    }
}
