import AudioCodecs
import AudioPipeline
import JSEP

/// Makes the encoder that the descriptions ask for.
enum NegotiatedEncoder {
    /// What Chromium sends a voice at, and what sounds good.
    static let usualBitrate = 32_000

    /// `nil` for a codec that we do not have.
    ///
    /// - Parameters:
    ///   - redundancy: the payload type for what is repeated (RFC 2198), where that was agreed.
    ///   - packetTime: `a=ptime` of the other side, in milliseconds; the nearest length that we make is taken.
    static func make(_ codec: PlannedCodec, redundancy: UInt8?, packetTime: Int?, bitrate: Int) -> SendEncoder? {
        let milliseconds = nearestLength(to: packetTime ?? codec.parameters["ptime"].flatMap { Int($0) } ?? 20)
        switch codec.name {
        case "opus":
            let encoder = OpusEncoder(settings: settings(codec, bitrate: bitrate))
            return SendEncoder(
                encoder: encoder, payloadType: codec.payloadType, redundancyPayloadType: redundancy, packetMilliseconds: milliseconds)
        case "PCMU":
            return SendEncoder(encoder: G711Encoder(.muLaw), payloadType: codec.payloadType, packetMilliseconds: milliseconds)
        case "PCMA":
            return SendEncoder(encoder: G711Encoder(.aLaw), payloadType: codec.payloadType, packetMilliseconds: milliseconds)
        case _:
            return nil
        }
    }

    /// Bits a second: what the other side wants (RFC 7587 §6.1 `maxaveragebitrate`, `b=`) and the page allows (`maxBitrate`).
    static func bitrate(_ codec: PlannedCodec, bandwidth: Int?, maximum: Int?) -> Int {
        let limit = limit(codec, bandwidth: bandwidth, maximum: maximum)
        // `maxaveragebitrate` is also how pages ask for more than the usual (Twilio's does).
        let wanted = codec.parameters["maxaveragebitrate"].flatMap { Int($0) }.map { max($0, usualBitrate) } ?? usualBitrate
        return max(6_000, min(wanted, limit ?? wanted))
    }

    /// What is not to be exceeded; `nil` where nobody has said anything.
    static func limit(_ codec: PlannedCodec, bandwidth: Int?, maximum: Int?) -> Int? {
        [codec.parameters["maxaveragebitrate"].flatMap { Int($0) }, bandwidth, maximum].compactMap { $0 }.min()
    }

    /// RFC 7587 §6.1: what the other side's `a=fmtp` asks of our encoder.
    private static func settings(_ codec: PlannedCodec, bitrate: Int) -> OpusEncoder.Settings {
        var settings = OpusEncoder.Settings()
        settings.bitrate = bitrate
        settings.usesFEC = codec.parameters["useinbandfec"] == "1"
        settings.usesDTX = codec.parameters["usedtx"] == "1"
        settings.isConstantBitrate = codec.parameters["cbr"] == "1"
        settings.maximumPlaybackRate = codec.parameters["maxplaybackrate"].flatMap { Int($0) } ?? 48_000
        return settings
    }

    private static func nearestLength(to wanted: Int) -> Int {
        [10, 20, 40, 60].min { abs($0 - wanted) < abs($1 - wanted) } ?? 20
    }
}
