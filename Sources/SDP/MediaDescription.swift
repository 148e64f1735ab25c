/// A media section: its `m=` line and all that follows up to the next (RFC 8866 §5.14).
package struct MediaDescription: Sendable, Hashable, AttributeHolder {
    /// `audio`, `video`, `application`, or whatever else was written.
    package var kind: String
    /// 0 rejects the section (RFC 3264 §6), or leaves it to its bundle (`isBundleOnly`).
    package var port: UInt16
    /// The number after the slash of `m=audio 9/2`; hardly anybody writes it.
    package var portCount: Int?
    /// `UDP/TLS/RTP/SAVPF` and its relatives, as written.
    package var transportProtocol: String
    /// Payload types as text in order of preference, or `webrtc-datachannel`.
    package var formats: [String]
    /// The section's lines other than `a=`, in their order: `i c b k` and unknown letters.
    package var lines: [SDPLine]
    package var attributes: [SDPAttribute]

    package init(
        kind: String, port: UInt16 = 9, portCount: Int? = nil, transportProtocol: String = "UDP/TLS/RTP/SAVPF", formats: [String],
        lines: [SDPLine] = [SDPLine("c", ConnectionData.unspecified.value)], attributes: [SDPAttribute] = []
    ) {
        self.kind = kind
        self.port = port
        self.portCount = portCount
        self.transportProtocol = transportProtocol
        self.formats = formats
        self.lines = lines
        self.attributes = attributes
    }

    package var connection: ConnectionData? {
        get { lines.first { $0.letter == "c" }.flatMap { ConnectionData(parsing: $0.value) } }
        set {
            guard let newValue else { return lines.removeAll { $0.letter == "c" } }
            if let index = lines.firstIndex(where: { $0.letter == "c" }) {
                lines[index].value = newValue.value
            } else {
                lines.append(SDPLine("c", newValue.value))
            }
        }
    }

    /// The section's identification (RFC 5888 §4).
    package var mid: String? { value(of: "mid") }
    /// Offered to travel in the bundle only, with port 0 on purpose (RFC 9143 §6).
    package var isBundleOnly: Bool { has("bundle-only") }
    /// Whether the section is refused or switched off (RFC 3264 §6 and §8.2).
    package var isRejected: Bool { port == 0 && !isBundleOnly }
    package var multiplexesRTCP: Bool { has("rtcp-mux") }
    /// RFC 5506 §5.
    package var allowsReducedSizeRTCP: Bool { has("rtcp-rsize") }
    package var payloadTypes: [UInt8] { formats.compactMap { UInt8(digits: $0, below: 128) } }
    package var rtpMaps: [RTPMap] { values(of: "rtpmap").compactMap(RTPMap.init(parsing:)) }
    package var formatParameters: [FormatParameters] { values(of: "fmtp").compactMap(FormatParameters.init(parsing:)) }
    package var rtcpFeedback: [RTCPFeedback] { values(of: "rtcp-fb").compactMap(RTCPFeedback.init(parsing:)) }
    package var streamIdentifications: [MediaStreamIdentification] {
        values(of: "msid").compactMap(MediaStreamIdentification.init(parsing:))
    }
    package var sourceAttributes: [SourceAttribute] { values(of: "ssrc").compactMap(SourceAttribute.init(parsing:)) }
    /// The values of the `a=candidate` lines, without `candidate:`.
    package var candidates: [String] { values(of: "candidate") }
    package var hasEndOfCandidates: Bool { has("end-of-candidates") }
    /// How much sound the sender of this description would like in a packet, in milliseconds (RFC 8866 §6.4).
    package var packetTime: Int? { value(of: "ptime").flatMap { Int(digits: $0) } }
    package var maximumPacketTime: Int? { value(of: "maxptime").flatMap { Int(digits: $0) } }
    /// RFC 8841 §5.1; in descriptions from before it, the format of the `m=` line is the port.
    package var sctpPort: UInt16? {
        value(of: "sctp-port").flatMap { UInt16(digits: $0) } ?? formats.first.flatMap { UInt16(digits: $0) }
    }
    /// Largest message that the sender of this description takes, in bytes; 0 means any (RFC 8841 §6.1).
    package var maximumMessageSize: Int? { value(of: "max-message-size").flatMap { Int(digits: $0) } }
    /// Whether the section is of WebRTC's data channels (RFC 8841 §4.1), or of those in the drafts before it (`a=sctpmap`).
    package var carriesDataChannels: Bool {
        guard kind == "application", transportProtocol.hasSuffix("DTLS/SCTP") else { return false }
        return formats == ["webrtc-datachannel"] || values(of: "sctpmap").contains { $0.fields().dropFirst().first == "webrtc-datachannel" }
    }

    /// The `b=` line of that type (`AS` in kbit/s, `TIAS` in bit/s).
    package func bandwidth(_ type: String) -> Int? {
        for line in lines where line.letter == "b" {
            if let (name, value) = line.value.splitOnce(at: ":"), name == type { return Int(digits: value) }
        }
        return nil
    }
}
