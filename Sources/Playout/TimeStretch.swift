/// Makes decoded speech a period shorter or longer without changing its pitch, where that is not heard: where it repeats itself, or is quiet.
enum TimeStretch {
    /// Below this a change is not heard whatever the wave looks like: −60 dBov.
    private static let quiet: Float = 1e-6

    /// Takes a period out of the front of the queue; returns the samples removed, 0 where it would be heard.
    ///
    /// - Parameter isUrgent: a change that may be heard is better than more delay.
    static func shorten(_ queue: SampleQueue, isUrgent: Bool) -> Int {
        guard queue.count >= PitchSearch.span + PitchSearch.longest, let base = queue.samples.baseAddress else { return 0 }
        let pitch = PitchSearch.find(base)
        guard pitch.meanSquare < quiet || pitch.correlation > (isUrgent ? 0.5 : 0.85) else { return 0 }
        let period = pitch.period
        // The first period fades into the second, which then takes its place.
        for index in 0..<period {
            let weight = (Float(index) + 0.5) / Float(period)
            base[period + index] = base[index] * (1 - weight) + base[period + index] * weight
        }
        queue.removeFirst(period)
        return period
    }

    /// Repeats a period at the front of the queue; returns the samples added, 0 where it would be heard.
    static func lengthen(_ queue: SampleQueue) -> Int {
        guard queue.count >= PitchSearch.span, let before = queue.samples.baseAddress else { return 0 }
        let pitch = PitchSearch.find(before)
        guard pitch.meanSquare < quiet || pitch.correlation > 0.85 else { return 0 }
        let period = pitch.period
        guard queue.count >= 2 * period, queue.openGap(period), let base = queue.samples.baseAddress else { return 0 }
        // x0 x1 x2… becomes x0 (x1 fading into x0) x1 x2…
        for index in 0..<period { base[index] = base[period + index] }
        for index in 0..<period {
            let weight = (Float(index) + 0.5) / Float(period)
            let first = base[index]
            let second = base[2 * period + index]
            base[period + index] = second * (1 - weight) + first * weight
        }
        return period
    }
}
