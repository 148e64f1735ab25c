import AudioCodecs
import RTP

/// What a sender of Opus spends on packets that get lost.
///
/// Measured with `redundancy.py` and `sending.py` in `Benchmarks/Listening` (docs/measurements.md): a copy that is encoded for itself, with fewer
/// bits, takes nothing from the frames that arrive, and is worth more than the encoder's own redundancy. How many copies, and how far from the
/// frame, is as losses come: one that is lost alone is in the next packet, one of a burst is in the first after it.
package enum RedundancyPolicy {
    /// From which loss on frames are sent twice, and three times.
    private static let twice = 0.015
    private static let thrice = 0.06
    /// From so many in a row on, losses come in bursts; alone and at random they are 1.25 at a fifth.
    private static let bursts = 1.8
    /// A copy is farther away than a burst lasts on average by this factor; few bursts are longer.
    private static let reach = 1.3
    private static let farthest = 8
    /// Bits a second of copies: with the frames, which have what a call usually takes, never more than twice that.
    private static let copyBitrates = [20_000, 13_000]
    /// Below this a frame sounds worse than one that is made up now and then.
    private static let leastBitrate = 16_000

    /// How copies are encoded: they are a safety net themselves, and stand for frames that had something to say.
    package static func copySettings(_ settings: OpusEncoder.Settings) -> OpusEncoder.Settings {
        var settings = settings
        settings.usesFEC = false
        settings.usesDTX = false
        return settings
    }

    /// - Parameters:
    ///   - bitrate: what the encoder may make where nothing is repeated, bits a second.
    ///   - limit: what all of it may take, where somebody has said so.
    ///   - losses: as the other side tells.
    ///   - isAgreed: whether the other side takes repeated frames (RFC 2198).
    ///   - isPreferred: whether it wants them always.
    package static func tuning(bitrate: Int, limit: Int?, losses: LossPattern, isAgreed: Bool, isPreferred: Bool) -> EncoderTuning {
        let ages = isAgreed ? ages(for: losses) : []
        for count in stride(from: ages.count, to: 0, by: -1) {
            let each = copyBitrates[count - 1]
            let own = min(bitrate, limit.map { $0 - count * each } ?? bitrate)
            guard own >= leastBitrate else { continue }
            let repeats = ages.prefix(count).reduce(UInt8(0)) { $0 | 1 << ($1 - 1) }
            return EncoderTuning(bitrate: own, expectedLoss: 0, repeats: repeats, copyBitrate: each < own ? each : nil)
        }
        if isAgreed, isPreferred, ages.isEmpty, limit.map({ $0 >= 2 * bitrate }) ?? true {
            return EncoderTuning(bitrate: bitrate, expectedLoss: 0, repeats: 1)
        }
        // The encoder's own redundancy follows in steps, lest every packet changes it.
        return EncoderTuning(bitrate: bitrate, expectedLoss: (losses.rate * 50).rounded() / 50)
    }

    /// How many packets after a frame its copies go, the most useful first.
    private static func ages(for losses: LossPattern) -> [Int] {
        guard losses.rate >= twice else { return [] }
        if losses.burstLength >= bursts {
            // One alone: libwebrtc weighs waiting against losing, and with a nearer copy beside, which saves some, it would not wait for this one.
            return [min(farthest, max(2, Int((losses.burstLength * reach).rounded())))]
        }
        return Array([1, 2].prefix(losses.rate >= thrice ? 2 : 1))
    }
}
