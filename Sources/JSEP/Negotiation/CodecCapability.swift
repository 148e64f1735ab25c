/// A codec we can negotiate, with the numbers and lines Chromium writes for it.
package struct CodecCapability: Sendable, Hashable {
    package let kind: MediaKind
    /// As registered: `opus`, `red`, `PCMU`, `telephone-event`.
    package let name: String
    package let clockRate: UInt32
    package let channels: Int
    /// The `a=fmtp` line's parameters, where there is one.
    package let parameters: String?
    /// What to offer it as where nothing else was agreed.
    package let payloadType: UInt8
    /// The `a=rtcp-fb` lines.
    package let feedback: [String]

    package var mimeType: String { "\(kind.rawValue)/\(name)" }
    /// Whether it carries the media itself; telephone events and comfort noise only go beside it, and redundancy wraps it.
    package var isPrimary: Bool { self != .redundancy && self != .comfortNoise && name != "telephone-event" }
    /// Whether it is the codec that redundancy repeats.
    var isRepeatable: Bool { name == "opus" }

    /// RFC 2198, for Opus. Its `a=fmtp` names the payload type of what it repeats.
    static let redundancy = CodecCapability(kind: .audio, name: "red", clockRate: 48000, channels: 2, payloadType: 63)

    /// Which packets of the transport came, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    static let transportFeedback = "transport-cc"

    /// RFC 3389, for codecs of 8 kHz that know no silence of their own; RFC 3551 §6 fixes the number.
    static let comfortNoise = CodecCapability(kind: .audio, name: "CN", clockRate: 8000, payloadType: 13)

    /// In the order of Chromium's offer, without what we do not do (G.722).
    package static let audio: [CodecCapability] = [
        // RFC 7587.
        CodecCapability(
            kind: .audio, name: "opus", clockRate: 48000, channels: 2, parameters: "minptime=10;useinbandfec=1", payloadType: 111,
            feedback: [transportFeedback]),
        redundancy,
        // RFC 3551 §6 fixes these numbers.
        CodecCapability(kind: .audio, name: "PCMU", clockRate: 8000, payloadType: 0),
        CodecCapability(kind: .audio, name: "PCMA", clockRate: 8000, payloadType: 8),
        comfortNoise,
        // RFC 4733 §7.1.1, one for each clock rate above.
        CodecCapability(kind: .audio, name: "telephone-event", clockRate: 48000, payloadType: 110),
        CodecCapability(kind: .audio, name: "telephone-event", clockRate: 8000, payloadType: 126),
    ]

    /// What makes an offer of video plausible; it is never carried.
    package static let video: [CodecCapability] = [
        CodecCapability(
            kind: .video, name: "VP8", clockRate: 90000, payloadType: 96, feedback: ["goog-remb", "ccm fir", "nack", "nack pli"]),
        CodecCapability(
            kind: .video, name: "VP9", clockRate: 90000, parameters: "profile-id=0", payloadType: 98,
            feedback: ["goog-remb", "ccm fir", "nack", "nack pli"]),
        CodecCapability(
            kind: .video, name: "H264", clockRate: 90000,
            parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", payloadType: 108,
            feedback: ["goog-remb", "ccm fir", "nack", "nack pli"]),
    ]

    package static func all(of kind: MediaKind) -> [CodecCapability] { kind == .audio ? audio : video }

    private init(
        kind: MediaKind, name: String, clockRate: UInt32, channels: Int = 1, parameters: String? = nil, payloadType: UInt8,
        feedback: [String] = []
    ) {
        self.kind = kind
        self.name = name
        self.clockRate = clockRate
        self.channels = channels
        self.parameters = parameters
        self.payloadType = payloadType
        self.feedback = feedback
    }
}
