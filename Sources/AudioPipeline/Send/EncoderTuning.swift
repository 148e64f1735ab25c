/// What of an encoder follows the network and the page while the codec stays. Codecs without a choice ignore it.
package struct EncoderTuning: Sendable, Hashable {
    /// Bits a second.
    package var bitrate: Int
    /// 0…1: how much redundancy is worth sending.
    package var expectedLoss: Double
    /// Which of the frames before are sent again with each (RFC 2198): bit n stands for the one n + 1 frames before. Only where agreed.
    package var repeats: UInt8
    /// Bits a second of what is sent again, which is then encoded for itself; `nil` where it is the frame as it was.
    package var copyBitrate: Int?

    package init(bitrate: Int, expectedLoss: Double, repeats: UInt8 = 0, copyBitrate: Int? = nil) {
        self.bitrate = bitrate
        self.expectedLoss = expectedLoss
        self.repeats = repeats
        self.copyBitrate = copyBitrate
    }
}
