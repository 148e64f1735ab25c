import AudioCodecs
import AudioPipeline
import JSEP

/// The encoder that the descriptions ask for. One that is asked for unlike another takes its place.
struct NegotiatedEncoder: Hashable {
    /// What Chromium sends a voice at, and what sounds good.
    static let usualBitrate = 32_000
    /// Milliseconds of sound that a packet of ours may have.
    private static let lengths = [10, 20, 40, 60]
    private static let usualLength = 20
    /// From so few bits a second down longer packets are better, since headers take 23 kb/s of a path at 20 ms, and 8 at 60.
    private static let thin = [(below: 12_000, length: 60), (below: 18_000, length: 40)]

    let codec: PlannedCodec
    /// The payload type for what is repeated (RFC 2198), where that was agreed.
    let redundancy: UInt8?
    /// The payload type that describes the background in pauses (RFC 3389), where that was agreed.
    let comfortNoise: UInt8?
    /// In a packet.
    let milliseconds: Int

    /// - Parameters:
    ///   - packetTime: `a=ptime` of the other side, in milliseconds; the nearest length that we make is taken.
    ///   - maximumPacketTime: its `a=maxptime`.
    ///   - bitrate: what the codec may make.
    init(
        _ codec: PlannedCodec, redundancy: UInt8?, comfortNoise: UInt8?, packetTime: Int?, maximumPacketTime: Int?, bitrate: Int
    ) {
        self.codec = codec
        self.redundancy = redundancy
        self.comfortNoise = comfortNoise
        func number(_ name: String) -> Int? { codec.parameters[name].flatMap { Int($0) } }
        // Some write what are attributes of the section (RFC 8866 §6.4) among the format's parameters, as `minptime` is (RFC 7587 §6.1).
        let most = maximumPacketTime ?? number("maxptime") ?? .max
        let least = number("minptime") ?? 0
        let allowed = Self.lengths.filter { (least...max(least, most)).contains($0) }
        let thin = codec.name == "opus" ? Self.thin.first { bitrate < $0.below }?.length : nil
        let wanted = packetTime ?? number("ptime") ?? thin ?? Self.usualLength
        milliseconds = allowed.min { abs($0 - wanted) < abs($1 - wanted) } ?? Self.usualLength
    }

    /// `nil` for a codec that we do not have.
    func make(bitrate: Int) -> SendEncoder? {
        switch codec.name {
        case "opus":
            let settings = settings(bitrate: bitrate)
            return SendEncoder(
                encoder: OpusEncoder(settings: settings), payloadType: codec.payloadType, redundancyPayloadType: redundancy,
                copyEncoder: redundancy.map { _ in OpusEncoder(settings: RedundancyPolicy.copySettings(settings)) },
                packetMilliseconds: milliseconds)
        case "PCMU":
            return SendEncoder(
                encoder: G711Encoder(.muLaw), payloadType: codec.payloadType, comfortNoisePayloadType: comfortNoise, packetMilliseconds: milliseconds)
        case "PCMA":
            return SendEncoder(
                encoder: G711Encoder(.aLaw), payloadType: codec.payloadType, comfortNoisePayloadType: comfortNoise, packetMilliseconds: milliseconds)
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

    /// RFC 7587 §6.1: what the other side's `a=fmtp` asks of our encoder. `stereo` asks for nothing: a microphone has one channel.
    private func settings(bitrate: Int) -> OpusEncoder.Settings {
        var settings = OpusEncoder.Settings()
        settings.bitrate = bitrate
        settings.usesFEC = codec.parameters["useinbandfec"] == "1"
        settings.usesDTX = codec.parameters["usedtx"] == "1"
        settings.isConstantBitrate = codec.parameters["cbr"] == "1"
        settings.maximumPlaybackRate = codec.parameters["maxplaybackrate"].flatMap { Int($0) } ?? 48_000
        return settings
    }
}
