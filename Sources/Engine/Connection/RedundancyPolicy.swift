import AudioPipeline

/// What a sender of Opus spends on packets that get lost.
///
/// Measured with `Benchmarks/Listening/redundancy.py` (docs/measurements.md): a frame that is sent twice is worth more than the encoder's own
/// redundancy, at the price of fewer bits for each; from one packet in seven on, three times is better than twice.
enum RedundancyPolicy {
    /// From which loss on frames are sent twice, and three times.
    private static let twice = 0.02
    private static let thrice = 0.14
    /// Bits a second of each then: never more than twice what a call usually takes in all.
    private static let bitrateTwice = 31_000
    private static let bitrateThrice = 20_000
    /// Below this a frame sounds worse than one that is made up now and then.
    private static let leastBitrate = 12_000

    /// - Parameters:
    ///   - bitrate: what the encoder may make where nothing is repeated, bits a second.
    ///   - limit: what all of it may take, where somebody has said so.
    ///   - loss: 0…1, as the other side reports.
    ///   - isAgreed: whether the other side takes repeated frames (RFC 2198).
    ///   - isPreferred: whether it wants them always.
    static func tuning(bitrate: Int, limit: Int?, loss: Double, isAgreed: Bool, isPreferred: Bool) -> EncoderTuning {
        let inBand = EncoderTuning(bitrate: bitrate, expectedLoss: loss)
        guard isAgreed else { return inBand }
        let count = loss >= thrice ? 2 : loss >= twice || isPreferred ? 1 : 0
        for count in stride(from: count, to: 0, by: -1) {
            let most = loss < twice ? bitrate : count == 1 ? bitrateTwice : bitrateThrice
            let each = min(bitrate, most, limit.map { $0 / (count + 1) } ?? most)
            guard each >= min(leastBitrate, bitrate) else { continue }
            // What is lost in spite of it comes one packet after the other.
            let left = (0...count).reduce(1) { product, _ in product * loss }
            return EncoderTuning(bitrate: each, expectedLoss: left, repeats: UInt8(1 << count - 1))
        }
        return inBand
    }
}
