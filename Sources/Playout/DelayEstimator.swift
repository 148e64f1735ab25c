import Primitives

/// How long packets must wait so that nearly all are there when their turn comes.
///
/// 1. The delay of a packet relative to the fastest of the last two seconds is put into a histogram of 5 ms steps.
/// 2. The histogram forgets: each packet takes a little weight off all that came before, less so as more have come (the first packets
///    count much, since nothing else is known).
/// 3. The target is the delay below which 97 of 100 packets stay, plus a packet's length, since a packet is needed whole.
///
/// The shape is that of NetEq's delay manager; relative delay instead of the time between arrivals sees a slow swell as well as a jolt.
struct DelayEstimator {
    private static let bucketCount = 200
    private static let bucketMilliseconds = 5.0
    private static let quantile = 0.97
    /// Weight that remains after each packet, when many have come: a memory of about four seconds.
    private static let forgetting = 0.995
    private static let window = Duration.seconds(2)
    /// Least of the last window and of the one before: a minimum over two to four seconds without a list.
    private var currentMinimum = Double.infinity
    private var previousMinimum = Double.infinity
    private var windowEnd: Instant?
    private let histogram = HistogramStorage(count: bucketCount)
    private var packets = 0
    /// In milliseconds.
    private(set) var target = 40.0

    /// Takes note of a packet.
    ///
    /// - Parameters:
    ///   - position: of its first sample, in milliseconds of the sender's clock.
    ///   - length: in milliseconds.
    mutating func insert(arrival: Instant, position: Double, length: Double) {
        let transit = Double(arrival.nanoseconds) / 1e6 - position
        if let end = windowEnd, arrival >= end {
            previousMinimum = currentMinimum
            currentMinimum = .infinity
            windowEnd = arrival + Self.window
        } else if windowEnd == nil {
            windowEnd = arrival + Self.window
        }
        currentMinimum = min(currentMinimum, transit)
        let delay = transit - min(currentMinimum, previousMinimum)
        let bucket = min(Self.bucketCount - 1, max(0, Int(delay / Self.bucketMilliseconds)))
        packets += 1
        // The first packets are averaged; from some two hundred on the memory has its length.
        let keep = min(Self.forgetting, 1 - 1 / Double(packets + 1))
        histogram.add(to: bucket, keeping: keep)
        target = (Double(histogram.bucket(atQuantile: Self.quantile)) + 1) * Self.bucketMilliseconds + length
    }

    /// The stream has begun anew: its clock has nothing to do with the former one.
    mutating func reset() {
        currentMinimum = .infinity
        previousMinimum = .infinity
        windowEnd = nil
    }
}

/// Weights that add up to one, in memory that was allocated once.
final class HistogramStorage {
    private let weights: UnsafeMutableBufferPointer<Double>

    init(count: Int) {
        weights = .allocate(capacity: count)
        weights.initialize(repeating: 0)
    }

    deinit { weights.deallocate() }

    func add(to bucket: Int, keeping keep: Double) {
        for index in 0..<weights.count { weights[index] *= keep }
        weights[bucket] += 1 - keep
    }

    /// The first bucket at which so much of the whole weight is reached.
    func bucket(atQuantile quantile: Double) -> Int {
        var total = 0.0
        for index in 0..<weights.count { total += weights[index] }
        var sum = 0.0
        for index in 0..<weights.count {
            sum += weights[index]
            if sum >= quantile * total { return index }
        }
        return weights.count - 1
    }
}
