import SDP

/// One of our codecs with the number and name it has in a section.
struct MatchedCodec: Sendable, Hashable {
    var payloadType: UInt8
    /// As the other side writes it; the answer repeats its case.
    var writtenName: String
    var capability: CodecCapability

    init(payloadType: UInt8, writtenName: String? = nil, capability: CodecCapability) {
        self.payloadType = payloadType
        self.writtenName = writtenName ?? capability.name
        self.capability = capability
    }

    /// Those of our codecs that the section lists, in its order.
    static func all(in section: MediaDescription, kind: MediaKind) -> [MatchedCodec] {
        let maps = section.rtpMaps
        return section.payloadTypes.compactMap { payloadType in
            let map = maps.first { $0.payloadType == payloadType } ?? RTPMap.fixed(payloadType)
            guard let map, let capability = CodecCapability.all(of: kind).first(where: { $0.isMeant(by: map) }) else { return nil }
            return MatchedCodec(payloadType: payloadType, writtenName: map.encodingName, capability: capability)
        }
    }

    /// Only the preferred ones and in the preferred order; all where nothing is preferred (RFC 9429 §4.2.6).
    static func ordered(_ codecs: [MatchedCodec], by preferences: [CodecPreference]) -> [MatchedCodec] {
        guard !preferences.isEmpty else { return codecs }
        return preferences.flatMap { preference in codecs.filter { preference.names($0.capability) } }
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
        case _: nil
        }
    }
}
