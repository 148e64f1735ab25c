/// What to do next, decided from plain numbers: the doing is `SpeechProducer`'s.
enum PlayoutDecision {
    /// What is known when samples are wanted. Samples are of 48 kHz, delays are milliseconds above the estimator's base.
    struct Situation {
        /// From where the stream has been played to where the next packet that waits begins.
        var gap: Int64
        /// Packets that are missing before it.
        var missing: Int64
        /// Samples made up since that point, while there was nothing.
        var madeUp: Int
        /// What it tells of the samples before it.
        var redundantCount: Int
        /// The voice was quiet where it ended.
        var isQuiet: Bool
        /// The sender has said that it falls silent, or plays a key: what is missing is not lost.
        var isPausing: Bool
        /// Packets of this codec may tell of those before them, if they come in time.
        var mayBeTold: Bool
        /// Nothing of this stream has been played yet.
        var isBeginning: Bool
        /// What its first sample's delay were, were it played now.
        var delay: Double
        var target: Double
        /// Packets that wait in all.
        var waiting: Int
    }

    enum Step: Equatable {
        case decode
        /// The last samples of the gap, from the packet's redundancy.
        case recover(Int)
        /// Samples that stand for lost ones.
        case conceal(Int)
        /// Background, until the packet's time has come.
        case pause
        /// The gap is not worth filling.
        case skip
    }

    /// A tick's worth.
    static let tick = 480
    /// Shorter gaps are unevennesses of the sender's counting.
    private static let smallestGap: Int64 = 240
    /// After so much that is missing nobody notices where the rest is gone: 200 ms.
    private static let longestGap: Int64 = 9_600
    /// Where packets never tell of others an eighth of what is lost is left out, up to 5 ms: less is made up, and `adjustment` gives the time
    /// back where a real voice can be made longer unheard. Where they do, the delay is what lets them tell in time, and all of it stays.
    private static let leftOut: Int64 = 8
    private static let mostLeftOut: Int64 = 240
    /// In a quiet moment nobody hears it: half, up to 10 ms.
    private static let leftOutQuietly: Int64 = 2
    private static let mostLeftOutQuietly: Int64 = 480
    /// More packets than this do not wait for anything: a second.
    private static let mostWaiting = 50

    static func step(_ situation: Situation) -> Step {
        let isLoss = situation.missing > 0 && !situation.isPausing
        if situation.isBeginning || !isLoss && situation.gap > smallestGap {
            // The moment is free to choose: playing begins with the delay that is wanted, as nearly as ticks allow.
            return situation.delay >= situation.target - 5 || situation.waiting > mostWaiting ? .decode : .pause
        }
        guard isLoss else { return .decode }
        var left = situation.gap - Int64(situation.madeUp)
        if !situation.mayBeTold {
            let share = situation.isQuiet ? min(situation.gap / leftOutQuietly, mostLeftOutQuietly) : min(situation.gap / leftOut, mostLeftOut)
            // What is made up already cannot be left out any more.
            left -= min(share, max(0, left))
        }
        if left > longestGap { return .skip }
        // What was made up while nothing was there stands for what is lost, and the delay stays as it is; unless it should be longer anyway.
        if left < situation.redundantCount, situation.delay < situation.target - 5 {
            left = min(situation.gap, Int64(situation.redundantCount))
        }
        guard left > 0 else { return .decode }
        if left <= situation.redundantCount { return .recover(Int(left)) }
        return .conceal(Int(min(left - Int64(situation.redundantCount), Int64(2 * tick))))
    }

    /// Whether what waits should be made shorter or longer. The likeness is how like itself the voice must be for that; more than 1: only quiet
    /// moments are taken.
    enum Adjustment: Equatable {
        case none
        case shorten(likeness: Float, most: Int)
        case lengthen(likeness: Float)
    }

    /// - Parameters:
    ///   - delay: of what is due next when its turn comes, in milliseconds above the base.
    ///   - decoded: samples that are decoded. They are played in whole ticks, so that a packet's turn comes in steps of ten milliseconds.
    ///   - waiting: what waits in all, in milliseconds.
    ///   - patience: for how long it has been wanted, in milliseconds.
    ///   - sinceLate: how long nothing had to be made up because packets were late, in milliseconds.
    static func adjustment(
        delay: Double, target: Double, decoded: Int, waiting: Double, patience: Double, sinceLate: Double
    ) -> Adjustment {
        let excess = min(delay, waiting) - target
        // With more left out than this the next packet's turn would come before the target.
        let most = excess > 0 ? decoded % tick + Int(min(excess, 1_000) / 10) * tick : 0
        if excess > max(15, target / 5) {
            // A pause comes soon, and hides more than any voice. The further off, and the longer, the more may be heard.
            if excess > 200 { return .shorten(likeness: 0.5, most: most) }
            if excess > 80 { return .shorten(likeness: 0.85, most: most) }
            guard sinceLate > 1_500 || excess > 40 else { return .none }
            return .shorten(likeness: patience > 4_000 ? 0.85 : patience > 1_500 ? 0.95 : 2, most: most)
        }
        // What has just been late may be so again: a little too much delay is kept for a while.
        if most >= tick / 2, sinceLate > 1_500 { return .shorten(likeness: 2, most: most) }
        if delay < target - max(3, target / 20) {
            // Packets will be late soon.
            return .lengthen(likeness: delay < target - 40 ? 0.7 : patience > 200 ? 0.85 : 0.95)
        }
        return .none
    }
}
