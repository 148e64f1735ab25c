/// Leaves samples out of a stream without a click: what would have come fades into what comes instead.
///
/// One owner; allocates nothing after `init`.
struct Splice: ~Copyable {
    /// Samples over which is faded: 2.5 ms at 48 kHz.
    private static let fade = 120

    /// The first of those that are left out.
    private let left = UnsafeMutablePointer<Float>.allocate(capacity: fade)
    private var leftCount = 0
    /// How many of them have faded into what followed.
    private var mixedCount = 0
    private var toSkip = 0

    init() { left.initialize(repeating: 0, count: Self.fade) }

    deinit { left.deallocate() }

    /// Has so many of the next samples left out.
    mutating func skip(_ count: Int) {
        toSkip += count
        leftCount = 0
        mixedCount = 0
    }

    /// The stream begins anew.
    mutating func forget() {
        toSkip = 0
        leftCount = 0
        mixedCount = 0
    }

    /// Passes the next samples on, in place: how many are left.
    mutating func pass(_ samples: UnsafeMutableBufferPointer<Float>) -> Int {
        guard toSkip > 0 || leftCount > 0 else { return samples.count }
        var kept = 0
        for sample in samples {
            if toSkip > 0 {
                toSkip -= 1
                guard leftCount < Self.fade else { continue }
                left[leftCount] = sample
                leftCount += 1
            } else {
                samples[kept] = mixedCount < leftCount ? faded(into: sample) : sample
                kept += 1
            }
        }
        if toSkip == 0, mixedCount == leftCount { forget() }
        return kept
    }

    private mutating func faded(into sample: Float) -> Float {
        let weight = (Float(mixedCount) + 0.5) / Float(leftCount)
        defer { mixedCount += 1 }
        return left[mixedCount] * (1 - weight) + sample * weight
    }
}
