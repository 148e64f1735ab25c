/// Makes what waits to be played a period shorter or longer without changing its pitch, where that is not heard: where the voice repeats
/// itself, or is quiet.
enum TimeStretch {
    /// Samples that are compared, a quarter of them already played.
    private static let window = 480
    private static let windowPast = 120

    /// How far a change may be heard.
    struct Tolerance {
        /// A period is left out or repeated where the voice is like itself by at least so much; above 1 is nowhere.
        var likeness: Float
        /// What has less energy may be changed whatever it looks like.
        var quiet: Float
        /// No more samples than this.
        var most = PitchSearch.longest
    }

    enum Outcome: Equatable {
        /// By so many samples.
        case changed(Int)
        case wouldBeHeard
        /// Too little waits to work on.
        case tooShort
    }

    /// What must wait for a period of any length to be left out, or repeated.
    static let neededToShorten = 2 * PitchSearch.longest
    static let neededToLengthen = PitchSearch.longest

    /// Takes a period out.
    static func shorten(_ queue: SampleQueue, _ tolerance: Tolerance) -> Outcome {
        // A tick must be left.
        let longest = min(PitchSearch.longest, tolerance.most, queue.count / 2, queue.count - PlayoutDecision.tick)
        guard longest >= 2 * PitchSearch.shortest else { return .tooShort }
        let found = PitchSearch.find(
            queue.front - windowPast, count: window, direction: 1, distances: PitchSearch.shortest...longest)
        guard isUnheard(found, tolerance) else { return .wouldBeHeard }
        let front = queue.front
        // The first period fades into the second, which then takes its place.
        for index in 0..<found.distance {
            let weight = (Float(index) + 0.5) / Float(found.distance)
            front[found.distance + index] = front[index] * (1 - weight) + front[found.distance + index] * weight
        }
        queue.cut(found.distance)
        return .changed(found.distance)
    }

    /// Puts a period in.
    static func lengthen(_ queue: SampleQueue, _ tolerance: Tolerance) -> Outcome {
        let longest = min(PitchSearch.longest, queue.count)
        guard queue.count >= window - windowPast else { return .tooShort }
        let found = PitchSearch.find(
            queue.front - windowPast, count: window, direction: -1, distances: PitchSearch.shortest...longest)
        guard isUnheard(found, tolerance) else { return .wouldBeHeard }
        let period = found.distance
        guard queue.openGap(period) else { return .tooShort }
        let front = queue.front
        // What comes fades into what has just been, which then leads into what comes once more.
        for index in 0..<period {
            let weight = (Float(index) + 0.5) / Float(period)
            front[index] = front[period + index] * (1 - weight) + front[index - period] * weight
        }
        return .changed(period)
    }

    private static func isUnheard(_ found: PitchSearch.Result, _ tolerance: Tolerance) -> Bool {
        found.meanSquare <= tolerance.quiet || found.correlation >= tolerance.likeness
    }
}
