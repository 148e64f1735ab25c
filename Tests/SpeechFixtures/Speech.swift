import Foundation

/// The recording in Tests/Resources/speech.
package enum Speech {
    /// One reader, 27.7 s at 48 kHz, −1…1.
    package static func samples() throws -> [Float] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Resources/speech/sense-48k.wav")
        return try Data(contentsOf: url).dropFirst(44).withUnsafeBytes { raw in
            (0..<raw.count / 2).map { Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self))) / 32_768 }
        }
    }

    /// Something like a voice of that pitch: harmonics that get weaker.
    package static func voice(_ frequency: Double, _ count: Int) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        for harmonic in 1...8 {
            let step = 2 * Double.pi * frequency * Double(harmonic) / 48_000
            let loudness = 0.2 / Double(harmonic)
            for index in 0..<count { samples[index] += Float(loudness * sin(step * Double(index))) }
        }
        return samples
    }

    package static func meanSquare(_ samples: some Collection<Float>) -> Float {
        samples.reduce(0) { $0 + $1 * $1 } / Float(max(1, samples.count))
    }

    /// How alike two pieces are, −1…1, at the best of the lags.
    package static func likeness(_ left: ArraySlice<Float>, _ right: [Float], lags: Range<Int>) -> (lag: Int, correlation: Float) {
        var best: (lag: Int, correlation: Float) = (lags.lowerBound, -1)
        for lag in lags where left.startIndex + lag >= 0 && left.endIndex + lag <= right.count {
            var product: Float = 0
            var leftEnergy: Float = 1e-9
            var rightEnergy: Float = 1e-9
            for index in stride(from: left.startIndex, to: left.endIndex, by: 3) {
                product += left[index] * right[index + lag]
                leftEnergy += left[index] * left[index]
                rightEnergy += right[index + lag] * right[index + lag]
            }
            let value = product / (leftEnergy * rightEnergy).squareRoot()
            if value > best.correlation { best = (lag, value) }
        }
        return best
    }
}
