import AudioPipeline
import Testing

@testable import Engine

@Suite struct RedundancyPolicyTests {
    private func tuning(
        loss: Double, bitrate: Int = 32_000, limit: Int? = nil, isAgreed: Bool = true, isPreferred: Bool = false
    ) -> EncoderTuning {
        RedundancyPolicy.tuning(bitrate: bitrate, limit: limit, loss: loss, isAgreed: isAgreed, isPreferred: isPreferred)
    }

    @Test("where nothing is lost, or nobody takes repeats, the encoder has it all")
    func alone() {
        #expect(tuning(loss: 0.01) == EncoderTuning(bitrate: 32_000, expectedLoss: 0.01))
        #expect(tuning(loss: 0.3, isAgreed: false) == EncoderTuning(bitrate: 32_000, expectedLoss: 0.3))
    }

    @Test("the more is lost, the oftener a frame is sent, and never at more than twice the bits", arguments: [0.02, 0.1, 0.2, 1])
    func repeated(loss: Double) {
        let tuning = tuning(loss: loss)
        #expect(tuning.repeats == (loss < 0.14 ? 0b1 : 0b11))
        #expect(tuning.bitrate * (1 + tuning.repeats.nonzeroBitCount) <= 64_000)
        #expect(tuning.expectedLoss <= loss)
    }

    @Test("a limit holds for all that is sent; where it leaves too little for each, fewer are sent")
    func limited() {
        #expect(tuning(loss: 0.2, limit: 60_000).bitrate == 20_000)
        #expect(tuning(loss: 0.2, limit: 30_000) == EncoderTuning(bitrate: 15_000, expectedLoss: 0.2 * 0.2, repeats: 0b1))
        #expect(tuning(loss: 0.2, bitrate: 20_000, limit: 20_000) == EncoderTuning(bitrate: 20_000, expectedLoss: 0.2))
    }

    @Test("who prefers repeats gets them at full quality")
    func preferred() { #expect(tuning(loss: 0, isPreferred: true) == EncoderTuning(bitrate: 32_000, expectedLoss: 0, repeats: 0b1)) }
}
