import AudioPipeline
import RTP
import Testing

@Suite struct RedundancyPolicyTests {
    /// A path on which every n-th packet is lost with those behind it.
    private func losses(_ rate: Double, inRowsOf length: Int = 1) -> LossPattern {
        var losses = LossPattern()
        let period = rate > 0 ? Int((Double(length) / rate).rounded()) : .max
        for index in 0..<6_000 { losses.insert(isLost: index % period >= period - length) }
        return losses
    }

    private func tuning(
        _ losses: LossPattern, bitrate: Int = 32_000, limit: Int? = nil, isAgreed: Bool = true, isPreferred: Bool = false
    ) -> EncoderTuning {
        RedundancyPolicy.tuning(bitrate: bitrate, limit: limit, losses: losses, isAgreed: isAgreed, isPreferred: isPreferred)
    }

    @Test("where nothing is lost, or nobody takes repeats, the encoder has it all, and its own redundancy follows the loss")
    func alone() {
        #expect(tuning(losses(0)) == EncoderTuning(bitrate: 32_000, expectedLoss: 0))
        let heavy = tuning(losses(0.25), isAgreed: false)
        #expect(heavy.bitrate == 32_000 && heavy.repeats == 0 && abs(heavy.expectedLoss - 0.25) < 0.03)
    }

    @Test("the more is lost, the oftener a frame is sent; its own bits stay, and all together are never more than twice as many")
    func repeated() {
        for (rate, repeats): (Double, UInt8) in [(0.03, 0b1), (0.1, 0b11), (0.25, 0b11)] {
            let tuning = tuning(losses(rate))
            #expect(tuning.repeats == repeats && tuning.bitrate == 32_000 && tuning.expectedLoss == 0)
            #expect(tuning.bitrate + (tuning.copyBitrate ?? 0) * tuning.repeats.nonzeroBitCount <= 60_000)
        }
    }

    @Test("a copy goes so far behind that a burst does not reach it, and alone")
    func bursts() {
        #expect(tuning(losses(0.1, inRowsOf: 3)).repeats == 0b1000)
        #expect(tuning(losses(0.1, inRowsOf: 4)).repeats == 0b1_0000)
        #expect(tuning(losses(0.03, inRowsOf: 4)).repeats == 0b1_0000)
        #expect(tuning(losses(0.3, inRowsOf: 40)).repeats == 0b1000_0000)
    }

    @Test("a limit holds for all that is sent; where it leaves too little for each, fewer are sent")
    func limited() {
        let heavy = losses(0.25)
        #expect(tuning(heavy, limit: 50_000) == EncoderTuning(bitrate: 24_000, expectedLoss: 0, repeats: 0b11, copyBitrate: 13_000))
        #expect(tuning(heavy, limit: 40_000) == EncoderTuning(bitrate: 20_000, expectedLoss: 0, repeats: 0b1))
        let tight = tuning(heavy, bitrate: 24_000, limit: 24_000)
        #expect(tight.repeats == 0 && tight.bitrate == 24_000 && tight.expectedLoss > 0.2)
    }

    @Test("who prefers repeats gets them at full quality where nothing is lost")
    func preferred() {
        #expect(tuning(losses(0), isPreferred: true) == EncoderTuning(bitrate: 32_000, expectedLoss: 0, repeats: 0b1))
        #expect(tuning(losses(0), limit: 40_000, isPreferred: true).repeats == 0)
    }
}
