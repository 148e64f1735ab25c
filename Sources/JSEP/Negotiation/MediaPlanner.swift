import SDP

/// Reads a `MediaPlan` out of the descriptions in force.
struct MediaPlanner {
    /// Descriptions of the same session by both sides: offer and answer, or offer and provisional answer.
    struct Pair {
        var local: SessionDescription
        var remote: SessionDescription
    }

    let transports: TransportTable
    let transceivers: [Transceiver]
    let dataMid: String?
    let cname: String
    let weOfferedFirst: Bool

    /// - Parameters:
    ///   - agreed: what both sides have said; `nil` before.
    ///   - local: the local description that shows where the transports are: the pending one, else the current.
    func plan(agreed: Pair?, local: SessionDescription) -> MediaPlan {
        var plan = MediaPlan()
        plan.transports = transports.entries.compactMap { transport($0, agreed: agreed, local: local) }
        if let agreed {
            plan.sections = agreed.local.media.indices.compactMap { section(at: $0, of: agreed) }
            plan.data = agreed.local.media.indices.lazy.compactMap { data(at: $0, of: agreed) }.first
        }
        return plan
    }

    private func data(at index: Int, of pair: Pair) -> DataPlan? {
        let local = pair.local.media[index]
        let remote = pair.remote.media[index]
        guard local.carriesDataChannels, !local.isRejected, !remote.isRejected, let mid = local.mid, mid == dataMid,
            let transport = transports.entry(ofMid: mid)
        else { return nil }
        return DataPlan(
            mid: mid, transport: transport.id, localPort: local.sctpPort ?? DataSectionWriter.port,
            remotePort: remote.sctpPort ?? DataSectionWriter.port,
            maximumMessageSize: DataSectionWriter.maximumMessageSize(for: remote))
    }

    private func transport(_ entry: TransportTable.Entry, agreed: Pair?, local: SessionDescription) -> TransportPlan? {
        guard let index = local.index(ofMid: entry.mid) else { return nil }
        // Only credentials that were agreed make a remote side; a section of a pending offer has none yet.
        let facts = agreed.flatMap { pair in
            pair.remote.media.indices.contains(index) && entry.remoteICE != nil ? RemoteTransportFacts(of: index, in: pair.remote) : nil
        }
        let isLite = entry.remoteICE != nil && agreed?.remote.isICELite == true
        return TransportPlan(
            id: entry.id, mid: entry.mid, sectionIndex: index, mids: transports.mids(of: entry.id, in: local),
            localICE: entry.localICE, remoteICE: entry.remoteICE, iceGeneration: entry.iceGeneration,
            // RFC 8445 §6.1.1: a full agent controls a lite one; else whoever offered first.
            isControlling: isLite || weOfferedFirst, isRemoteLite: isLite, remoteCandidates: facts?.candidates ?? [],
            hasRemoteEndOfCandidates: facts?.hasEndOfCandidates ?? false, remoteFingerprints: entry.remoteFingerprints,
            dtlsRole: entry.dtlsRole, dtlsGeneration: entry.dtlsGeneration, multiplexesRTCP: entry.multiplexesRTCP)
    }

    private func section(at index: Int, of pair: Pair) -> SectionPlan? {
        let local = pair.local.media[index]
        let remote = pair.remote.media[index]
        guard local.kind == MediaKind.audio.rawValue, !local.isRejected, !remote.isRejected, let mid = local.mid,
            let transport = transports.entry(ofMid: mid), let transceiver = transceivers.first(where: { $0.mid == mid })
        else { return nil }
        let receivable = MatchedCodec.all(in: local, kind: .audio)
        let sendable = MatchedCodec.all(in: remote, kind: .audio).filter { codec in
            receivable.contains { $0.capability == codec.capability }
        }
        let hasFeedback = [receivable, sendable].allSatisfy { codecs in
            codecs.contains { $0.feedback.contains(CodecCapability.transportFeedback) }
        }
        return SectionPlan(
            mid: mid, sectionIndex: index, kind: .audio, transceiver: transceiver.handle, transport: transport.id,
            direction: Self.direction(at: index, of: pair), sendCodecs: Self.codecs(sendable, in: remote),
            receiveCodecs: Self.codecs(receivable, in: local), sendRedundancy: Self.payloadType(of: .redundancy, in: sendable),
            receiveRedundancy: Self.payloadType(of: .redundancy, in: receivable),
            prefersRedundancy: sendable.first?.capability == .redundancy,
            sendComfortNoise: Self.payloadType(of: .comfortNoise, in: sendable),
            receiveComfortNoise: Self.payloadType(of: .comfortNoise, in: receivable),
            sendTelephoneEvents: Self.events(sendable), receiveTelephoneEvents: Self.events(receivable),
            sendExtensions: Self.extensions(of: pair.remote, within: pair.local, at: index, hasFeedback: hasFeedback),
            receiveExtensions: Self.extensions(of: pair.local, within: pair.remote, at: index, hasFeedback: hasFeedback),
            allowsMixedExtensions: pair.local.allowsMixedExtensions(at: index) && pair.remote.allowsMixedExtensions(at: index),
            localSSRC: Self.announcedSSRC(in: local) ?? transceiver.ssrc, cname: cname, remoteSources: Self.sources(in: remote),
            remoteStreams: transceiver.remoteStreams, sendPacketTime: remote.packetTime,
            sendMaximumPacketTime: remote.maximumPacketTime,
            sendBandwidth: remote.bandwidth("TIAS") ?? remote.bandwidth("AS").flatMap { kilobits in
                let (bits, overflow) = kilobits.multipliedReportingOverflow(by: 1000)
                return overflow ? nil : bits
            },
            allowsReducedSizeRTCP: local.allowsReducedSizeRTCP && remote.allowsReducedSizeRTCP)
    }

    // MARK: - Parts

    /// What both say, seen from us.
    static func direction(at index: Int, of pair: Pair) -> MediaDirection {
        return pair.local.direction(at: index).intersection(pair.remote.direction(at: index).reversed)
    }

    private static func codecs(_ matched: [MatchedCodec], in section: MediaDescription) -> [PlannedCodec] {
        let parameters = section.formatParameters
        return matched.filter(\.capability.isPrimary).map { codec in
            PlannedCodec(
                payloadType: codec.payloadType, name: codec.capability.name, clockRate: codec.capability.clockRate,
                channels: codec.capability.channels,
                parameters: parameters.first { $0.format == String(codec.payloadType) }?.parameters ?? [:])
        }
    }

    private static func payloadType(of capability: CodecCapability, in matched: [MatchedCodec]) -> UInt8? {
        matched.first { $0.capability == capability }?.payloadType
    }

    private static func events(_ matched: [MatchedCodec]) -> [UInt32: UInt8] {
        var events: [UInt32: UInt8] = [:]
        for codec in matched where codec.capability.name == "telephone-event" {
            events[codec.capability.clockRate] = events[codec.capability.clockRate] ?? codec.payloadType
        }
        return events
    }

    /// The numbers `session` gives to extensions that `other` lists too, where `session` wants to get them (RFC 8285 §5).
    private static func extensions(
        of session: SessionDescription, within other: SessionDescription, at index: Int, hasFeedback: Bool
    ) -> SectionPlan.Extensions {
        let shared = other.extensionMaps(at: index).map(\.uri)
        func number(_ uri: String) -> UInt8? {
            guard shared.contains(uri), let map = session.extensionMaps(at: index).first(where: { $0.uri == uri }) else { return nil }
            guard (map.direction ?? .sendrecv).receives, let id = UInt8(exactly: map.id), id != 15 else { return nil }
            return id
        }
        return SectionPlan.Extensions(
            audioLevel: number(ExtensionMap.audioLevel), mid: number(ExtensionMap.mid),
            transportNumber: hasFeedback ? number(ExtensionMap.transportNumber) : nil)
    }

    private static func announcedSSRC(in section: MediaDescription) -> UInt32? { section.sourceAttributes.first?.ssrc }

    private static func sources(in section: MediaDescription) -> [SectionPlan.RemoteSource] {
        var sources: [SectionPlan.RemoteSource] = []
        for attribute in section.sourceAttributes {
            if !sources.contains(where: { $0.ssrc == attribute.ssrc }) {
                sources.append(SectionPlan.RemoteSource(ssrc: attribute.ssrc, cname: nil))
            }
            if attribute.name == "cname", let index = sources.firstIndex(where: { $0.ssrc == attribute.ssrc }) {
                sources[index].cname = attribute.argument
            }
        }
        return sources
    }
}
