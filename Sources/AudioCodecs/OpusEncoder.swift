import COpus

/// Opus for speech (RFC 6716), one channel at 48 kHz.
///
/// `@unchecked Sendable`: the encoder's state is used by one thread at a time, whoever owns the object.
package final class OpusEncoder: SpeechEncoder, @unchecked Sendable {
    /// What is negotiated (RFC 7587 §6.1), and what is ours to choose.
    package struct Settings: Sendable, Hashable {
        /// Bits a second, 6 000…510 000.
        package var bitrate = 32_000
        /// In-band forward error correction: each packet may carry the one before it in less detail.
        package var usesFEC = true
        /// Sends next to nothing while nobody speaks.
        package var usesDTX = false
        package var isConstantBitrate = false
        /// Hertz that the other side plays; 48 000 for all.
        package var maximumPlaybackRate = 48_000
        /// 0…10; what a bit costs in work.
        package var complexity = 9
        /// 0…1: how much redundancy the encoder spends.
        package var expectedLoss = 0.0

        package init() {}
    }

    package let codec = AudioCodec.opus
    private let state: OpaquePointer
    private var settings: Settings
    /// The last packet held no sound.
    private var isPausing = false

    package init(settings: Settings = Settings()) {
        var failure: Int32 = 0
        guard let state = opus_encoder_create(48_000, 1, OPUS_APPLICATION_VOIP, &failure) else {
            preconditionFailure("an Opus encoder is some kilobytes; the machine has none left")
        }
        self.state = state
        self.settings = settings
        apply()
    }

    deinit { opus_encoder_destroy(state) }

    package func encode(_ samples: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let source = samples.baseAddress, let bytes = target.baseAddress else { return 0 }
        let count = opus_encode_float(state, source, Int32(samples.count), bytes, Int32(target.count))
        guard count > 0 else { return 0 }
        // RFC 6716 §2.1.9: a packet of one or two bytes holds no sound and need not be sent. The first one is, since it tells the other side
        // that a pause begins and nothing is lost.
        let isEmpty = count <= 2
        defer { isPausing = isEmpty }
        return isEmpty && isPausing ? 0 : Int(count)
    }

    package func adapt(bitrate: Int, expectedLoss: Double) {
        settings.bitrate = bitrate
        settings.expectedLoss = expectedLoss
        set(OPUS_SET_BITRATE_REQUEST, Int32(clamping: min(max(bitrate, 6_000), 510_000)))
        set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, Int32(min(max(expectedLoss, 0), 1) * 100))
    }

    private func apply() {
        set(OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE)
        set(OPUS_SET_INBAND_FEC_REQUEST, settings.usesFEC ? 1 : 0)
        set(OPUS_SET_DTX_REQUEST, settings.usesDTX ? 1 : 0)
        set(OPUS_SET_VBR_REQUEST, settings.isConstantBitrate ? 0 : 1)
        set(OPUS_SET_COMPLEXITY_REQUEST, Int32(clamping: settings.complexity))
        set(OPUS_SET_MAX_BANDWIDTH_REQUEST, Self.bandwidth(for: settings.maximumPlaybackRate))
        adapt(bitrate: settings.bitrate, expectedLoss: settings.expectedLoss)
    }

    private func set(_ request: Int32, _ value: Int32) { _ = nearend_opus_encoder_set(state, request, value) }

    /// RFC 7587 §6.1, the table of `maxplaybackrate`.
    private static func bandwidth(for rate: Int) -> Int32 {
        switch rate {
        case ...8_000: OPUS_BANDWIDTH_NARROWBAND
        case ...12_000: OPUS_BANDWIDTH_MEDIUMBAND
        case ...16_000: OPUS_BANDWIDTH_WIDEBAND
        case ...24_000: OPUS_BANDWIDTH_SUPERWIDEBAND
        default: OPUS_BANDWIDTH_FULLBAND
        }
    }
}
