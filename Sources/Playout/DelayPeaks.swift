import Primitives

/// The moments in which a network stood still, so that stops that come again are waited for and one that does not is let go.
///
/// 1. A *peak* begins with a packet that took much longer than packets are made to wait for otherwise, and lasts until packets are punctual
///    again. Its height is that of its longest delay. What lasts long is no peak but a path that has become longer.
/// 2. The heights of the last peaks are remembered, as long as each comes within a certain time of the one before.
/// 3. What has been reached by two of them is worth waiting for: the second highest is *held*. So one long stop among short ones is let go too.
/// 4. It is held for twice the longest time that lay between two of them; when none has come by then, all are forgotten.
///
/// After `init` nothing is allocated.
struct DelayPeaks: ~Copyable {
    /// How many are remembered.
    private static let capacity = 16
    /// Milliseconds above what is waited for anyway: less than two packets more are a tail, not a peak.
    private static let prominence = 40.0
    /// Longer is no stop but another path.
    private static let longest = Duration.milliseconds(500)
    /// Nobody talks across more, however often it happens.
    private static let mostHeld = 400.0
    /// Stops that lie further apart have nothing to do with each other.
    private static let longestPeriod = Duration.seconds(20)

    private struct Peak {
        var at: Instant
        /// In milliseconds above the base.
        var height: Double
    }

    /// The last peaks, oldest first.
    private let peaks = UnsafeMutableBufferPointer<Peak>.allocate(capacity: capacity)
    private var count = 0
    private var current: Peak?
    /// What is held, in milliseconds, and until when.
    private var height = 0.0
    private var until = Instant.zero

    init() { peaks.initialize(repeating: Peak(at: .zero, height: 0)) }

    deinit { peaks.deallocate() }

    /// Takes note of a packet.
    ///
    /// - Parameters:
    ///   - delay: how much longer than the base it took, in milliseconds.
    ///   - usual: what packets are made to wait otherwise.
    ///   - isOvertaken: one that was sent later came before it. The network did not stand still then: this packet alone was late.
    mutating func insert(delay: Double, usual: Double, isOvertaken: Bool = false, at now: Instant) {
        if isOvertaken { return }
        guard delay > usual + Self.prominence else {
            if let peak = current, now - peak.at <= Self.longest { remember(peak) }
            current = nil
            return
        }
        current = Peak(at: current?.at ?? now, height: max(current?.height ?? 0, delay))
    }

    /// What is worth waiting for because of peaks, in milliseconds; 0 where nothing is.
    mutating func held(at now: Instant) -> Double {
        if now > until { (count, height) = (0, 0) }
        return height
    }

    /// A stream begins whose delays cannot be compared with the former's; what is held is still believed.
    mutating func interrupt() { current = nil }

    private mutating func remember(_ peak: Peak) {
        guard peak.height <= Self.mostHeld else { return }
        if count > 0, peak.at - peaks[count - 1].at > Self.longestPeriod { count = 0 }
        if count == Self.capacity {
            for index in 1..<count { peaks[index - 1] = peaks[index] }
            count -= 1
        }
        peaks[count] = peak
        count += 1
        var highest = 0.0
        var second = 0.0
        var period = Duration.zero
        for index in 0..<count {
            let other = peaks[index]
            if other.height > highest { (highest, second) = (other.height, highest) } else { second = max(second, other.height) }
            if index > 0 { period = max(period, other.at - peaks[index - 1].at) }
        }
        height = second
        // One alone is remembered for as long as a second may take to come.
        until = peak.at + (count > 1 ? period + period : Self.longestPeriod)
    }
}
