import SDP

/// The lines of an accepted media section, in the order in which Chromium writes them.
struct SectionWriter: Sendable {
    var kind: MediaKind
    var mid: String
    var transportProtocol: String
    var direction: MediaDirection
    var ice: ICEParameters
    var fingerprints: [SDPFingerprint]
    var setup: SetupRole
    /// Of the transport, where this is the section that shows them.
    var candidates: [String]
    var extensions: [ExtensionMap]
    var codecs: [MatchedCodec]
    /// Where the section has a sender.
    var sender: Transceiver?
    var cname: String
    /// Offers say the stream of each source too, answers do not; so Chromium has it.
    var namesStreamOfSource: Bool
    var multiplexesRTCP: Bool
    var allowsReducedSizeRTCP: Bool

    func section() -> MediaDescription {
        var section = MediaDescription(
            kind: kind.rawValue, transportProtocol: transportProtocol, formats: codecs.map { String($0.payloadType) })
        section.append("rtcp", "9 IN IP4 0.0.0.0")
        for candidate in candidates { section.append("candidate", candidate) }
        Self.appendTransport(ice, fingerprints, setup, to: &section)
        section.append("mid", mid)
        for map in extensions { section.append("extmap", map.value) }
        section.append(direction.rawValue)
        let streams = sender.map { Self.identifications(of: $0) } ?? []
        for stream in streams { section.append("msid", stream.value) }
        if multiplexesRTCP { section.append("rtcp-mux") }
        if allowsReducedSizeRTCP { section.append("rtcp-rsize") }
        appendCodecs(to: &section)
        if let sender {
            section.append("ssrc", SourceAttribute(ssrc: sender.ssrc, name: "cname", argument: cname).value)
            if namesStreamOfSource, let first = streams.first {
                section.append("ssrc", SourceAttribute(ssrc: sender.ssrc, name: "msid", argument: first.value).value)
            }
        }
        section.placeDefaultCandidate()
        return section
    }

    private func appendCodecs(to section: inout MediaDescription) {
        for codec in codecs {
            let capability = codec.capability
            section.append(
                "rtpmap",
                RTPMap(
                    payloadType: codec.payloadType, encodingName: codec.writtenName, clockRate: capability.clockRate,
                    channels: capability.channels
                ).value)
            for feedback in codec.feedback { section.append("rtcp-fb", "\(codec.payloadType) \(feedback)") }
            let parameters = capability == .redundancy ? MatchedCodec.redundancyParameters(of: codecs) : capability.parameters
            if let parameters { section.append("fmtp", "\(codec.payloadType) \(parameters)") }
        }
    }

    /// RFC 9429 §5.2.1: one line for each stream, or `-` where the track is in none.
    static func identifications(of sender: Transceiver) -> [MediaStreamIdentification] {
        (sender.senderStreams.isEmpty ? ["-"] : sender.senderStreams).map {
            MediaStreamIdentification(stream: $0, track: sender.senderID)
        }
    }

    /// A refused section: port 0, and the formats of the section it refuses or continues, with their meanings (RFC 3264 §6).
    ///
    /// It has no transport and shows credentials all the same, as Chromium's do: aiortc reads no section without them.
    static func rejected(
        _ model: MediaDescription, mid: String, ice: ICEParameters, fingerprints: [SDPFingerprint], setup: SetupRole
    ) -> MediaDescription {
        var section = MediaDescription(
            kind: model.kind, port: 0, transportProtocol: model.transportProtocol,
            formats: model.formats.isEmpty ? ["0"] : model.formats)
        let isRTP = model.transportProtocol.contains("RTP/")
        if isRTP { section.append("rtcp", "9 IN IP4 0.0.0.0") }
        appendTransport(ice, fingerprints, setup, to: &section)
        section.append("mid", mid)
        if isRTP {
            section.append(MediaDirection.inactive.rawValue)
            section.append("rtcp-mux")
        }
        section.attributes += model.attributes.filter { ["rtpmap", "sctp-port", "sctpmap"].contains($0.name) }
        return section
    }

    static func appendTransport(
        _ ice: ICEParameters, _ fingerprints: [SDPFingerprint], _ setup: SetupRole, to section: inout MediaDescription
    ) {
        section.append("ice-ufrag", ice.usernameFragment)
        section.append("ice-pwd", ice.password)
        section.append("ice-options", "trickle")
        for fingerprint in fingerprints { section.append("fingerprint", fingerprint.text) }
        section.append("setup", setup.rawValue)
    }
}
