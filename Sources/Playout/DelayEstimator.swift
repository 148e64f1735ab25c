import Primitives

/// How long packets should be made to wait, so that as few as is worth while come after their turn.
///
/// 1. A packet's *transit* is its arrival less its place in the stream: a number with an unknown constant in it. The least transit of the last
///    two seconds is the *base*; what a packet took longer than that is its delay. The base follows a clock that drifts and a path that changes.
/// 2. The delays of the last 512 packets are kept, the older the lighter. A packet that was lost and is known from the one after it (in-band
///    FEC) counts as having come with that one: so it is seen when waiting for it is worth while.
/// 3. Of all delays that could be aimed at, the best is the one for which itself plus a price for the packets that would come later is least:
///    20 ms for each hundredth. A thin tail of stragglers is let go, a thick one is waited for, and no quantile needs to be chosen. A little
///    is added: the latest packet so far is not the latest that will come.
/// 4. Where the network stands still again and again for a moment, as much is waited for as has been needed twice (`DelayPeaks`).
///
/// One owner; after `init` nothing is allocated.
final class DelayEstimator {
    private static let capacity = 512
    private static let binWidth = 2.5
    private static let binCount = 400
    /// Weight of a packet relative to the one after it: a memory of some 330 packets, or seven seconds.
    private static let forgetting = 0.997
    /// What one late packet of a hundred is worth, in milliseconds of delay.
    private static let pricePerHundredth = 20.0
    /// So many stragglers a packet counts for that was lost and is known from another: losses go on, and what is not waited for is torn up twice,
    /// once when it is made up and once when it comes.
    private static let recoveryWeight = 3.0
    /// The base is that of so much time, but of so many packets at least: in a pause there are few.
    private static let baseTime = Duration.seconds(2)
    private static let baseCount = 32
    /// At the beginning some packets are made up that took this long: a network that nobody knows yet is not trusted.
    private static let presumedDelay = 40.0
    private static let presumedWeight = 5.0
    /// Added to the best, in milliseconds.
    private static let margin = 2.0
    /// Less is not aimed at: our own tick is not always on time.
    static let least = 20.0

    private struct Sample {
        var arrival: Instant
        /// In milliseconds.
        var transit: Double
        /// The base when it came.
        var base: Double
        /// How many others it counts for.
        var weight: Double
    }

    private let samples = UnsafeMutableBufferPointer<Sample>.allocate(capacity: capacity)
    private let bins = UnsafeMutableBufferPointer<Double>.allocate(capacity: binCount)
    private var written = 0
    /// Where the present stream's samples begin.
    private var first = 0
    private var presumed = presumedWeight
    private var peaks = DelayPeaks()
    /// Of the packet that was sent last, as far as is known.
    private var newestStart = Int64.min
    /// The least transit of late, in milliseconds; `nil` before the first packet.
    private(set) var base: Double?
    /// In milliseconds above the base.
    private(set) var target = presumedDelay

    init() {
        samples.initialize(repeating: Sample(arrival: .zero, transit: 0, base: 0, weight: 0))
        bins.initialize(repeating: 0)
    }

    deinit {
        samples.deallocate()
        bins.deallocate()
    }

    /// Takes note of a packet.
    ///
    /// - Parameters:
    ///   - start: of its first sample, in samples of 48 kHz.
    ///   - isRecovery: it is not the packet that came but one that is known from it.
    func insert(arrival: Instant, start: Int64, isRecovery: Bool = false) {
        let transit = Self.transit(of: start, at: arrival)
        if !isRecovery { base = leastTransit(until: arrival, including: transit) }
        guard let base else { return }
        samples[written % Self.capacity] = Sample(
            arrival: arrival, transit: transit, base: base, weight: isRecovery ? Self.recoveryWeight : 1)
        written += 1
        presumed *= Self.forgetting
        let usual = bestTarget(above: base)
        if !isRecovery {
            peaks.insert(delay: transit - base, usual: usual, isOvertaken: start < newestStart, at: arrival)
            newestStart = max(newestStart, start)
        }
        target = max(usual, peaks.held(at: arrival))
    }

    /// Places have nothing to do with the former ones any more; how much packets jitter is still believed.
    func rebase() {
        first = written
        base = nil
        newestStart = .min
        peaks.interrupt()
    }

    /// How much later than the base a sample is if it is due at that moment, in milliseconds.
    func delay(of start: Int64, at now: Instant) -> Double? {
        base.map { Self.transit(of: start, at: now) - $0 }
    }

    private static func transit(of start: Int64, at moment: Instant) -> Double {
        Double(moment.nanoseconds) / 1e6 - Double(start) / 48
    }

    private func leastTransit(until now: Instant, including newest: Double) -> Double {
        var least = newest
        var index = written - 1
        let oldest = max(first, written - Self.capacity)
        while index >= oldest {
            let sample = samples[index % Self.capacity]
            guard written - index <= Self.baseCount || now - sample.arrival <= Self.baseTime else { break }
            least = min(least, sample.transit)
            index -= 1
        }
        return least
    }

    private func bestTarget(above base: Double) -> Double {
        bins.update(repeating: 0)
        var weight = 1.0
        var total = 0.0
        var index = written - 1
        let oldest = max(0, written - Self.capacity)
        while index >= oldest {
            let sample = samples[index % Self.capacity]
            // A base that has risen since makes delays of then too great; one of a former stream cannot be compared.
            let delay = sample.transit - (index >= first ? max(base, sample.base) : sample.base)
            let bin = max(0, min(Double(Self.binCount - 1), (delay / Self.binWidth).rounded(.up)))
            bins[Int(bin)] += weight * sample.weight
            total += weight * sample.weight
            weight *= Self.forgetting
            index -= 1
        }
        bins[Int(Self.presumedDelay / Self.binWidth)] += presumed
        total += presumed
        var later = total
        var best = (cost: Double.infinity, delay: Self.least)
        for bin in 0..<Self.binCount {
            later -= bins[bin]
            let delay = Double(bin) * Self.binWidth
            let cost = delay + 100 * Self.pricePerHundredth * later / total
            if cost < best.cost - 1e-6 { best = (cost, delay) }
        }
        return max(Self.least, best.delay + Self.margin)
    }
}
