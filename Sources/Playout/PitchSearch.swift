/// Finds the distance after which speech repeats itself, by normalised correlation.
///
/// First coarsely, over every fourth sample and every eighth distance, then finely around the best (cf. WSOLA: Verhelst and Roelands, 1993).
enum PitchSearch {
    /// Distances of 2.5 to 12.5 ms: voices from 80 to 400 Hz.
    static let shortest = 120
    static let longest = 600

    struct Result {
        /// In samples.
        var distance: Int
        /// −1…1.
        var correlation: Float
        /// Of the window.
        var meanSquare: Float
    }

    /// - Parameters:
    ///   - window: the samples to find again.
    ///   - count: how many.
    ///   - direction: where to look: 1 behind the window's beginning, −1 before it. All that is looked at must be readable.
    static func find(
        _ window: UnsafePointer<Float>, count: Int, direction: Int, distances: ClosedRange<Int> = shortest...longest
    ) -> Result {
        var best = Result(distance: distances.lowerBound, correlation: -1, meanSquare: 0)
        for distance in stride(from: distances.lowerBound, through: distances.upperBound, by: 8) {
            let value = correlation(window, window + direction * distance, count: count, step: 4)
            if value > best.correlation { best = Result(distance: distance, correlation: value, meanSquare: 0) }
        }
        let coarse = best.distance
        best.correlation = -1
        for distance in max(distances.lowerBound, coarse - 7)...min(distances.upperBound, coarse + 7) {
            let value = correlation(window, window + direction * distance, count: count, step: 2)
            if value > best.correlation { best = Result(distance: distance, correlation: value, meanSquare: 0) }
        }
        var energy: Float = 0
        for index in 0..<count { energy += window[index] * window[index] }
        best.meanSquare = energy / Float(count)
        return best
    }

    static func correlation(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int, step: Int) -> Float {
        var product: Float = 0
        var leftEnergy: Float = 1e-9
        var rightEnergy: Float = 1e-9
        var index = 0
        while index < count {
            let first = left[index]
            let second = right[index]
            product += first * second
            leftEnergy += first * first
            rightEnergy += second * second
            index += step
        }
        return product / (leftEnergy * rightEnergy).squareRoot()
    }
}
