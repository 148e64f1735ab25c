/// What of an encoder follows the network and the page while the codec stays. Codecs without a choice ignore it.
package struct EncoderTuning: Sendable, Hashable {
    /// Bits a second.
    package var bitrate: Int
    /// 0…1: how much redundancy is worth sending.
    package var expectedLoss: Double

    package init(bitrate: Int, expectedLoss: Double) {
        self.bitrate = bitrate
        self.expectedLoss = expectedLoss
    }
}
