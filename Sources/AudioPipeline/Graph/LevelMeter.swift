import AudioCore

/// Measures loudness frame by frame.
struct LevelMeter {
    /// Weight of the newest frame: a memory of about a tenth of a second, so that a meter neither flickers nor lags.
    private static let weight: Float = 0.15

    private(set) var statistics = LevelStatistics()
    /// Mean square of the newest frame.
    private(set) var meanSquare: Float = 0
    private var smoothed: Float = 0

    mutating func measure(_ frame: borrowing AudioFrame) {
        meanSquare = frame.meanSquare()
        smoothed += Self.weight * (meanSquare - smoothed)
        if smoothed < 1e-12 { smoothed = 0 }
        statistics.level = min(1, smoothed.squareRoot())
        statistics.totalEnergy += Double(meanSquare) * 0.01
        statistics.totalDuration += 0.01
    }

    /// Nothing is heard any more; the totals stay.
    mutating func rest() {
        smoothed = 0
        meanSquare = 0
        statistics.level = 0
    }
}
