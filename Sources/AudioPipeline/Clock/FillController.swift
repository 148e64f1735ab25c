import AudioCore

/// Keeps the buffer between a device's clock and the tick as short as the device's unevenness allows.
///
/// What it steers is the valley: the least that was left in the buffer over two seconds, which is what stands between us and a gap.
/// (By way of the mean, which is steadier: the valley is aimed at a margin by aiming the mean at that plus how far valleys lie below it.)
/// Slow deviations (two quartzes differ by some ten parts per million) are taken up by resampling, at most 500 ppm so that nobody
/// hears it; a surplus is dropped in a pause of the talk, or at once when it is large, or when half a second after a start or a gap its size is
/// known; a gap raises the valley aimed at, and a long time without gaps lowers it again.
///
/// In virtual time: its clock is the number of observations, one per tick. Lengths are samples at 48 kHz.
package struct FillController {
    /// What to do about the buffer now, beside resampling.
    package enum Adjustment: Sendable, Hashable {
        case none
        /// Drop so many samples: they only make everything later.
        case skip(Int)
    }

    /// The valley aimed at while all goes well: 5 ms.
    static let leastMargin = 240
    /// The most it is raised to: 60 ms.
    static let greatestMargin = 2880
    /// A gap raises the margin by so much: 5 ms…
    static let marginStep = 240
    /// …and so many ticks without a gap (30 s) lower it by `marginDecay` (1 ms).
    static let marginHold = 3000
    static let marginDecay = 48
    /// Ticks over which a valley is taken: 2 s…
    static let window = 200
    /// …and half a second after a start or a gap, when nothing is known yet and a backlog is likely.
    static let firstWindow = 50
    /// Surplus that a pause is used to drop: 10 ms.
    static let surplusInPauses = 480
    /// Surplus that is dropped whatever is heard: 40 ms…
    static let surplusAtOnce = 1920
    /// …and half a second after a start or a gap, when it has just come about: 2.5 ms.
    static let surplusAtFirst = 120
    /// A frame below this mean square (−60 dBov) is a pause.
    static let quiet: Float = 1e-6

    /// The controller of the clock difference: a second-order loop that settles in about a minute, slow enough that a delay estimate
    /// downstream (the echo canceller's) can follow.
    static let proportional = 1.0  // ppm per sample
    /// How much of a new distance between mean and valley is believed at once.
    static let spreadWeight = 0.2
    static let integral = 0.012  // ppm per sample and second
    package static let greatestCorrection = 500.0  // ppm

    /// How much faster than nominal the buffer is to be emptied, in parts per million; negative: slower.
    package private(set) var correction = 0.0
    /// The valley aimed at.
    package private(set) var margin = leastMargin
    /// The valley of the last complete window.
    package private(set) var valley: Int?

    private var lowest = Int.max
    private var sum = 0
    private var observations = 0
    /// How far valleys lie below means.
    private var spread: Double?
    private var integrated = 0.0
    private var calmTicks = 0
    /// Nothing is known yet of how much waits without need.
    private var isSettling = true

    package init() {}

    /// What is left in the buffer at the tick, right where it is lowest.
    ///
    /// - Parameter loudness: mean square of the frame that passes.
    package mutating func observe(fill: Int, loudness: Float) -> Adjustment {
        lowest = min(lowest, fill)
        sum += fill
        observations += 1
        calmTicks += 1
        if calmTicks >= Self.marginHold {
            calmTicks = 0
            margin = max(Self.leastMargin, margin - Self.marginDecay)
        }
        if observations >= (valley == nil ? Self.firstWindow : Self.window) { closeWindow() }
        return surplus(loudness: loudness)
    }

    /// The buffer ran empty and something was heard of it.
    package mutating func starve() {
        margin = min(Self.greatestMargin, margin + Self.marginStep)
        calmTicks = 0
        isSettling = true
        forgetValleys()
    }

    /// The device stands still or starts anew: what was observed says nothing about what comes.
    package mutating func forget() {
        spread = nil
        correction = integrated
        isSettling = true
        forgetValleys()
    }

    private mutating func closeWindow() {
        let mean = Double(sum) / Double(observations)
        let distance = mean - Double(lowest)
        let believed = spread.map { $0 + Self.spreadWeight * (distance - $0) } ?? distance
        spread = believed
        let error = mean - believed - Double(margin)
        let seconds = Double(observations) / 100
        // A large error is a step, not a drift: it must not wind up the integral, which is the estimate of the drift.
        if abs(error) < Double(Self.surplusInPauses) {
            integrated = clamp(integrated + Self.integral * error * seconds)
        }
        correction = clamp(Self.proportional * error + integrated)
        let valley = lowest
        forgetValleys()
        self.valley = valley
    }

    private mutating func surplus(loudness: Float) -> Adjustment {
        guard let valley else { return .none }
        let excess = min(valley, lowest) - margin
        let isNew = isSettling && excess >= Self.surplusAtFirst
        isSettling = false
        guard isNew || excess >= Self.surplusAtOnce || (excess >= Self.surplusInPauses && loudness < Self.quiet) else { return .none }
        forgetValleys()
        correction = integrated
        return .skip(excess)
    }

    private mutating func forgetValleys() {
        valley = nil
        lowest = .max
        sum = 0
        observations = 0
    }

    private func clamp(_ correction: Double) -> Double {
        max(-Self.greatestCorrection, min(Self.greatestCorrection, correction))
    }
}
