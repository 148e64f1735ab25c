/// What mixing needs beside plain sums.
extension AudioFrame {
    /// Adds another frame's samples with a gain that goes in a straight line from `start` to `end`, so that a source comes and goes
    /// without a click.
    package borrowing func add(_ other: borrowing AudioFrame, from start: Float, to end: Float) {
        if start == end {
            if start != 0 { add(other, gain: start) }
            return
        }
        let step = (end - start) / Float(Self.sampleCount)
        var gain = start
        for index in 0..<Self.sampleCount {
            gain += step
            samples[index] += other.samples[index] * gain
        }
    }

    /// Bends what exceeds `knee` so that it stays under full scale: two loud talkers sound pressed rather than torn.
    ///
    /// Linear below the knee, then `1 - knee` of room approached hyperbolically; value and slope are continuous at the knee.
    package borrowing func softClip(knee: Float = 0.9) {
        let room = 1 - knee
        for index in 0..<Self.sampleCount {
            let sample = samples[index]
            let magnitude = abs(sample)
            guard magnitude > knee else { continue }
            let excess = (magnitude - knee) / room
            let bent = knee + room * excess / (1 + excess)
            samples[index] = sample < 0 ? -bent : bent
        }
    }
}
