/// Finds the period with which speech repeats itself.
///
/// A coarse search by normalised correlation over every twelfth sample, then a fine one around the best (cf. WSOLA: Verhelst and Roelands,
/// 1993). Periods of 2.5 to 12.5 ms: voices from 80 to 400 Hz.
enum PitchSearch {
    static let shortest = 120
    static let longest = 600
    /// Samples compared.
    private static let window = 480
    /// What `find` needs to look at.
    static let span = window + longest

    struct Result {
        /// In samples.
        var period: Int
        /// −1…1.
        var correlation: Float
        /// Of the window.
        var meanSquare: Float
    }

    /// - Parameter samples: at least `span` of them; the window is at their beginning and is compared with what follows.
    static func find(_ samples: UnsafePointer<Float>) -> Result {
        var best = Result(period: shortest, correlation: -1, meanSquare: 0)
        for period in stride(from: shortest, through: longest, by: 12) {
            let value = correlation(samples, period: period, step: 6)
            if value > best.correlation { best = Result(period: period, correlation: value, meanSquare: 0) }
        }
        let coarse = best.period
        for period in max(shortest, coarse - 11)...min(longest, coarse + 11) {
            let value = correlation(samples, period: period, step: 2)
            if value > best.correlation { best = Result(period: period, correlation: value, meanSquare: 0) }
        }
        var energy: Float = 0
        for index in 0..<window { energy += samples[index] * samples[index] }
        best.meanSquare = energy / Float(window)
        return best
    }

    private static func correlation(_ samples: UnsafePointer<Float>, period: Int, step: Int) -> Float {
        var product: Float = 0
        var left: Float = 1e-9
        var right: Float = 1e-9
        var index = 0
        while index < window {
            let first = samples[index]
            let second = samples[index + period]
            product += first * second
            left += first * first
            right += second * second
            index += step
        }
        return product / (left * right).squareRoot()
    }
}
