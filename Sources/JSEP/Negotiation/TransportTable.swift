import SDP

/// Which section goes over which transport, and what was agreed about each transport.
struct TransportTable: Sendable {
    struct Entry: Sendable {
        let id: TransportID
        /// The section that shows its candidates.
        var mid: String
        var localICE: ICEParameters
        var iceGeneration = 0
        /// Values of `a=candidate` for `localICE`.
        var localCandidates: [String] = []
        var isGatheringComplete = false
        /// An answer has put it under a bundle; sections offered later join it.
        var isBundle = false
        var remoteICE: ICEParameters?
        var remoteFingerprints: [SDPFingerprint] = []
        var dtlsRole: TransportPlan.DTLSRole?
        var dtlsGeneration = 0
        var multiplexesRTCP = true

        /// Takes our credentials from a description; others than before are a restart (RFC 8839 §4.4.1.1).
        mutating func setLocalICE(_ parameters: ICEParameters) {
            guard parameters != localICE else { return }
            localICE = parameters
            iceGeneration += 1
            localCandidates = []
            isGatheringComplete = false
            remoteICE = nil
        }
    }

    private(set) var entries: [Entry] = []
    private var idOfMid: [String: TransportID] = [:]
    private var nextID = 1

    func entry(ofMid mid: String) -> Entry? {
        guard let id = idOfMid[mid] else { return nil }
        return entries.first { $0.id == id }
    }

    func mids(of id: TransportID, in session: SessionDescription) -> [String] {
        session.media.compactMap { $0.mid }.filter { idOfMid[$0] == id }
    }

    mutating func change(_ id: TransportID, _ body: (inout Entry) -> Void) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        body(&entries[index])
    }

    // MARK: - Descriptions

    /// A local offer: every section that is not bundled yet may need a transport of its own, since the answer decides (RFC 9429
    /// §4.1.1).
    mutating func apply(localOffer offer: SessionDescription, policy: NegotiatorConfiguration.BundlePolicy) {
        var seen: Set<TransportID> = []
        for (index, section) in offer.media.enumerated() where !section.isRejected {
            guard let mid = section.mid, let ice = RemoteTransportFacts(of: index, in: offer).ice else { continue }
            let id = idOfMid[mid] ?? bundle(for: mid, in: offer, policy: policy) ?? add(mid: mid, ice: ice)
            idOfMid[mid] = id
            // The first section of a transport speaks for it.
            if seen.insert(id).inserted {
                change(id) { entry in
                    entry.mid = mid
                    entry.setLocalICE(ice)
                }
            }
        }
    }

    /// Offer and answer are both there: sections of one bundle share the transport of its first (RFC 9143 §7.3.2 and §7.3.3),
    /// transports
    /// without sections are gone, and each of the others knows its remote side.
    mutating func apply(local: SessionDescription, remote: SessionDescription, answerIsLocal: Bool) {
        let answer = answerIsLocal ? local : remote
        var agreed: [String: TransportID] = [:]
        var order: [(TransportID, Int)] = []
        for (index, section) in answer.media.enumerated() where !section.isRejected {
            guard let mid = local.media[index].mid, let ice = RemoteTransportFacts(of: index, in: local).ice else { continue }
            let group = answer.bundleGroups.first { $0.mids.contains(mid) }
            let tag = group?.mids.first { tag in answer.index(ofMid: tag).map { !answer.media[$0].isRejected } ?? false } ?? mid
            let id = agreed[tag] ?? idOfMid[tag] ?? add(mid: tag, ice: ice)
            agreed[mid] = id
            if !order.contains(where: { $0.0 == id }) { order.append((id, local.index(ofMid: tag) ?? index)) }
            change(id) { $0.isBundle = group != nil }
        }
        idOfMid = agreed
        entries = order.compactMap { id, _ in entries.first { $0.id == id } }
        for (id, index) in order {
            change(id) { $0.agree(local: local, remote: remote, at: index, answerIsLocal: answerIsLocal) }
        }
    }

    /// After a rollback: `saved` holds again, but where our credentials go back to earlier ones the agent has to restart once more,
    /// and no
    /// identifier given since is given again.
    mutating func restore(_ saved: TransportTable) {
        let abandoned = self
        self = saved
        nextID = abandoned.nextID
        for index in entries.indices {
            guard let later = abandoned.entries.first(where: { $0.id == entries[index].id }) else { continue }
            guard later.localICE != entries[index].localICE else {
                // Nothing but gathering can have gone on.
                entries[index].localCandidates = later.localCandidates
                entries[index].isGatheringComplete = later.isGatheringComplete
                continue
            }
            entries[index].iceGeneration = later.iceGeneration + 1
        }
    }

    // MARK: - Parts

    private mutating func add(mid: String, ice: ICEParameters) -> TransportID {
        let id = TransportID(rawValue: nextID)
        nextID += 1
        entries.append(Entry(id: id, mid: mid, localICE: ice))
        return id
    }

    /// The transport a new section of an offer shares from the start: that of a bundle already agreed on, or with max-bundle any.
    private func bundle(
        for mid: String, in offer: SessionDescription, policy: NegotiatorConfiguration.BundlePolicy
    ) -> TransportID? {
        guard let group = offer.bundleGroups.first(where: { $0.mids.contains(mid) }) else { return nil }
        for other in group.mids {
            guard let entry = entry(ofMid: other) else { continue }
            if entry.isBundle || policy == .maxBundle { return entry.id }
        }
        return nil
    }
}

extension TransportTable.Entry {
    fileprivate mutating func agree(local: SessionDescription, remote: SessionDescription, at index: Int, answerIsLocal: Bool) {
        if let own = local.media[index].mid { mid = own }
        if let ice = RemoteTransportFacts(of: index, in: local).ice { setLocalICE(ice) }
        let facts = RemoteTransportFacts(of: index, in: remote)
        // RFC 8842 §5.3: the answer decides. An answer that does not say is taken for active, as its authors mean.
        let answered = answerIsLocal ? RemoteTransportFacts(of: index, in: local).setup : facts.setup
        let role: TransportPlan.DTLSRole = (answered == .passive) == answerIsLocal ? .server : .client
        let fingerprints = facts.fingerprints.filter(\.isVerifiable)
        if let earlier = dtlsRole, earlier != role || Set(remoteFingerprints) != Set(fingerprints) { dtlsGeneration += 1 }
        dtlsRole = role
        remoteFingerprints = fingerprints
        remoteICE = facts.ice
        // Data channels have no RTCP.
        multiplexesRTCP =
            local.media[index].carriesDataChannels || (local.media[index].multiplexesRTCP && remote.media[index].multiplexesRTCP)
    }
}
