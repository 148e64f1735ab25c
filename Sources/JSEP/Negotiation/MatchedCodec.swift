import SDP

/// One of our codecs with the number and name it has in a section.
struct MatchedCodec: Sendable, Hashable {
    var payloadType: UInt8
    /// As the other side writes it; the answer repeats its case.
    var writtenName: String
    var capability: CodecCapability
    /// What of the capability's feedback the section has (RFC 4585 §4.2).
    var feedback: [String]

    init(payloadType: UInt8, writtenName: String? = nil, capability: CodecCapability, feedback: [String]? = nil) {
        self.payloadType = payloadType
        self.writtenName = writtenName ?? capability.name
        self.capability = capability
        self.feedback = feedback ?? capability.feedback
    }

    /// Those of our codecs that the section lists, in its order.
    static func all(in section: MediaDescription, kind: MediaKind) -> [MatchedCodec] {
        let maps = section.rtpMaps
        let listed = section.rtcpFeedback
        let codecs: [MatchedCodec] = section.payloadTypes.compactMap { payloadType in
            let map = maps.first { $0.payloadType == payloadType } ?? RTPMap.fixed(payloadType)
            guard let map, let capability = CodecCapability.all(of: kind).first(where: { $0.isMeant(by: map) }) else { return nil }
            let feedback = capability.feedback.filter { text in
                listed.contains { $0.text == text && ($0.format == "*" || $0.format == String(payloadType)) }
            }
            return MatchedCodec(payloadType: payloadType, writtenName: map.encodingName, capability: capability, feedback: feedback)
        }
        return withoutLoneRedundancy(codecs).filter { $0.capability != .redundancy || $0.repeats(codecs, in: section) }
    }

    /// What redundancy's `a=fmtp` says: the payload type that it repeats, once or several times (RFC 2198 §5).
    static func redundancyParameters(of codecs: [MatchedCodec]) -> String? {
        codecs.first(where: \.capability.isRepeatable).map { "\($0.payloadType)/\($0.payloadType)" }
    }

    /// Whether all that the section lets this repeat is a codec of those.
    private func repeats(_ codecs: [MatchedCodec], in section: MediaDescription) -> Bool {
        guard let text = section.formatParameters.first(where: { $0.format == String(payloadType) })?.text else { return false }
        return text.split(separator: "/").allSatisfy { number in
            codecs.contains { $0.capability.isRepeatable && String($0.payloadType) == number }
        }
    }

    /// Redundancy of nothing means nothing.
    private static func withoutLoneRedundancy(_ codecs: [MatchedCodec]) -> [MatchedCodec] {
        codecs.contains(where: \.capability.isRepeatable) ? codecs : codecs.filter { $0.capability != .redundancy }
    }

    /// Only the preferred ones and in the preferred order; all where nothing is preferred (RFC 9429 §4.2.6).
    static func ordered(_ codecs: [MatchedCodec], by preferences: [CodecPreference]) -> [MatchedCodec] {
        guard !preferences.isEmpty else { return codecs }
        return withoutLoneRedundancy(preferences.flatMap { preference in codecs.filter { preference.names($0.capability) } })
    }
}

extension CodecCapability {
    /// Encoding names ignore case (RFC 8866 §6.6 with RFC 4855 §3).
    func isMeant(by map: RTPMap) -> Bool {
        map.encodingName.lowercased() == name.lowercased() && map.clockRate == clockRate && map.channels == channels
    }
}

extension RTPMap {
    /// Numbers that mean something without a map (RFC 3551 §6).
    static func fixed(_ payloadType: UInt8) -> RTPMap? {
        switch payloadType {
        case 0: RTPMap(payloadType: 0, encodingName: "PCMU", clockRate: 8000)
        case 8: RTPMap(payloadType: 8, encodingName: "PCMA", clockRate: 8000)
        case 13: RTPMap(payloadType: 13, encodingName: "CN", clockRate: 8000)
        case _: nil
        }
    }
}
