import SDP

/// Payload types and extension numbers of one offer: what was agreed before keeps its number, and in all sections of a bundle a
/// number
/// means one thing (RFC 9143 §9.1 and §9.2, RFC 8285 §6).
struct OfferNumbers: Sendable {
    private var payloadTypes: [UInt8: String] = [:]
    private var extensionIDs: [UInt16: String] = [:]

    /// Takes over what a section in force says.
    mutating func learn(from session: SessionDescription) {
        for (index, section) in session.media.enumerated() where !section.isRejected {
            for map in section.rtpMaps where section.payloadTypes.contains(map.payloadType) {
                payloadTypes[map.payloadType] = payloadTypes[map.payloadType] ?? Self.meaning(of: map)
            }
            for map in session.extensionMaps(at: index) { extensionIDs[map.id] = extensionIDs[map.id] ?? map.uri }
        }
    }

    /// What to offer a section: what its last description lists first and in that order, then the rest; or as the page prefers.
    mutating func codecs(
        for kind: MediaKind, after section: MediaDescription?, preferences: [CodecPreference]
    ) -> [MatchedCodec] {
        var codecs = (section.map { MatchedCodec.all(in: $0, kind: kind) } ?? []).map { codec in
            // An offer asks for all feedback again, whatever the last answer left of it.
            MatchedCodec(payloadType: codec.payloadType, writtenName: codec.writtenName, capability: codec.capability)
        }
        for capability in CodecCapability.all(of: kind) where !codecs.contains(where: { $0.capability == capability }) {
            codecs.append(MatchedCodec(payloadType: number(for: capability), capability: capability))
        }
        for codec in codecs { payloadTypes[codec.payloadType] = payloadTypes[codec.payloadType] ?? Self.meaning(of: codec.capability) }
        return MatchedCodec.ordered(codecs, by: preferences)
    }

    /// - Parameter allowed: what the page lets us offer; `nil` for all.
    mutating func extensions(for kind: MediaKind, allowed: [String]?) -> [ExtensionMap] {
        // Chromium's numbers.
        let wanted = Self.known(for: kind).filter { allowed?.contains($0.1) ?? true }
        return wanted.map { id, uri in
            let known = extensionIDs.filter { $0.value == uri }.keys.min()
            let free = known ?? (extensionIDs[id] == nil ? id : (1...14).first { extensionIDs[$0] == nil } ?? id)
            extensionIDs[free] = uri
            return ExtensionMap(id: free, uri: uri)
        }
    }

    /// What we negotiate, with Chromium's numbers. Those of video are agreed on like video itself, and never sent.
    static func known(for kind: MediaKind) -> [(UInt16, String)] {
        switch kind {
        case .audio: [(1, ExtensionMap.audioLevel), (3, ExtensionMap.transportNumber), (4, ExtensionMap.mid)]
        case .video:
            [
                (14, ExtensionMap.transmissionOffset), (13, ExtensionMap.videoOrientation), (4, ExtensionMap.mid), (10, ExtensionMap.streamID),
                (11, ExtensionMap.repairedStreamID),
            ]
        }
    }

    private func number(for capability: CodecCapability) -> UInt8 {
        let meaning = Self.meaning(of: capability)
        if let known = payloadTypes.filter({ $0.value == meaning }).keys.min() { return known }
        if payloadTypes[capability.payloadType] == nil { return capability.payloadType }
        // The dynamic range of RFC 3551 §6, then the one RFC 5761 §4 leaves free of RTCP's types.
        return ((96...127).reversed() + (35...63)).first { payloadTypes[$0] == nil } ?? capability.payloadType
    }

    private static func meaning(of map: RTPMap) -> String { "\(map.encodingName.lowercased())/\(map.clockRate)/\(map.channels)" }
    private static func meaning(of capability: CodecCapability) -> String {
        "\(capability.name.lowercased())/\(capability.clockRate)/\(capability.channels)"
    }
}
