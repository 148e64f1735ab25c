import SDP

extension Negotiator {
    /// RFC 9429 §5.2. Makes an offer of the transceivers as they are now; nothing is set by it.
    ///
    /// - Parameters:
    ///   - iceRestart: new credentials for every transport.
    ///   - voiceActivityDetection: whether pauses may be described instead of sent (RFC 3389).
    package mutating func createOffer(iceRestart: Bool = false, voiceActivityDetection: Bool = true) throws(JSEPError) -> DescriptionText {
        try atomically { (self) throws(JSEPError) in
            switch self.stage {
            case .stable, .localOffer: break
            case .remoteOffer, .localPranswer, .remotePranswer:
                throw JSEPError(
                    .invalidStateError,
                    "PeerConnection cannot create an offer in a state other than stable or have-local-offer.")
            }
            let offer = self.makeOffer(iceRestart: iceRestart, voiceActivityDetection: voiceActivityDetection)
            self.lastOffer = offer
            return DescriptionText(type: .offer, sdp: SDPWriter.write(offer.session))
        }
    }

    mutating func makeOffer(iceRestart: Bool, voiceActivityDetection: Bool = true) -> CreatedOffer {
        let previous = (pendingLocal ?? agreement?.local)?.session
        let owners = offerOwners(after: previous)
        var session = newSession()

        var numbers = OfferNumbers()
        if let previous { numbers.learn(from: previous) }
        let credentials = offerCredentials(iceRestart: iceRestart)
        var bundled: [String] = []
        for (index, owner) in owners.enumerated() {
            let before = previous.flatMap { $0.media.indices.contains(index) ? $0.media[index] : nil }
            if case .data = owner {
                let mid = offerDataMid()
                session.media.append(offeredDataSection(mid: mid, before: before, credentials))
                bundled.append(mid)
                continue
            }
            guard let owner = owner?.transceiver, let transceiver = transceiver(owner), let mid = offerMid(of: owner),
                transceiver.phase == .active
            else {
                // A section cannot be taken back; it stays, refused (RFC 9429 §5.2.2).
                if let before {
                    session.media.append(
                        SectionWriter.rejected(
                            before, mid: before.mid ?? String(index), ice: credentials(nil), fingerprints: configuration.fingerprints,
                            setup: .actpass))
                }
                continue
            }
            let entry = transports.entry(ofMid: mid)
            let showsCandidates = entry.map { $0.mid == mid && credentials($0) == $0.localICE } ?? false
            let continued = before?.mid == mid ? before : nil
            let writer = SectionWriter(
                kind: transceiver.kind, mid: mid, transportProtocol: continued?.transportProtocol ?? "UDP/TLS/RTP/SAVPF",
                direction: transceiver.direction, ice: credentials(entry), fingerprints: configuration.fingerprints, setup: .actpass,
                candidates: showsCandidates ? entry?.localCandidates ?? [] : [], extensions: numbers.extensions(for: transceiver.kind, allowed: transceiver.headerExtensions),
                codecs: numbers.codecs(for: transceiver.kind, after: continued, preferences: transceiver.codecPreferences)
                    .filter { voiceActivityDetection || $0.capability != .comfortNoise },
                sender: transceiver.direction.sends ? transceiver : nil, cname: cname, namesStreamOfSource: true,
                multiplexesRTCP: true, allowsReducedSizeRTCP: true)
            session.media.append(writer.section())
            bundled.append(mid)
        }
        if !session.media.isEmpty { session.append("group", SDPGroup(semantics: "BUNDLE", mids: bundled).value) }
        session.append("extmap-allow-mixed")
        session.append("msid-semantic", streamSemantics(owners.compactMap { $0?.transceiver }.compactMap(transceiver)))
        return CreatedOffer(session: session, owners: owners)
    }

    // MARK: - Parts

    /// The session level of a new description: the same session, the next version (RFC 9429 §5.2.2).
    mutating func newSession() -> SessionDescription {
        sessionVersion += 1
        return SessionDescription(origin: SDPOrigin(sessionID: sessionID, sessionVersion: String(sessionVersion)))
    }

    /// `WMS` and the streams we send; obsolete, and still written by Chromium, with that space before it.
    func streamSemantics(_ transceivers: [Transceiver]) -> String {
        var streams: [String] = []
        for transceiver in transceivers where transceiver.direction.sends && transceiver.phase == .active {
            for stream in transceiver.senderStreams where !streams.contains(stream) { streams.append(stream) }
        }
        return ([" WMS"] + streams).joined(separator: " ")
    }

    /// Whose each section is: those that have one keep it, new ones take over refused sections, then follow at the end.
    private func offerOwners(after previous: SessionDescription?) -> [SectionOwner?] {
        var waiting = transceivers.filter { $0.mid == nil && $0.phase == .active }.map { SectionOwner.transceiver($0.handle) }
        var owners: [SectionOwner?] = []
        for (index, section) in (previous?.media ?? []).enumerated() {
            if let owner = transceivers.first(where: { $0.mid != nil && $0.mid == section.mid }) {
                owners.append(.transceiver(owner.handle))
            } else if data.mid != nil, data.mid == section.mid, section.carriesDataChannels {
                owners.append(.data)
            } else if !waiting.isEmpty, isRecyclable(index) {
                owners.append(waiting.removeFirst())
            } else {
                owners.append(nil)
            }
        }
        // The data section comes last, and is not asked for again where it was refused; so Chromium has it.
        let hasData = previous?.media.contains { $0.kind == "application" } ?? false
        return owners + waiting + (data.isWanted && data.mid == nil && !hasData ? [.data] : [])
    }

    private func offeredDataSection(
        mid: String, before: MediaDescription?, _ credentials: (TransportTable.Entry?) -> ICEParameters
    ) -> MediaDescription {
        let entry = transports.entry(ofMid: mid)
        let showsCandidates = entry.map { $0.mid == mid && credentials($0) == $0.localICE } ?? false
        let continued = before?.mid == mid ? before : nil
        return DataSectionWriter(
            mid: mid, transportProtocol: continued?.transportProtocol ?? "UDP/DTLS/SCTP",
            isDraft: continued.map { $0.formats != ["webrtc-datachannel"] } ?? false, ice: credentials(entry),
            fingerprints: configuration.fingerprints, setup: .actpass, candidates: showsCandidates ? entry?.localCandidates ?? [] : []
        ).section()
    }

    /// RFC 9429 §5.2.2: refused in a description that is agreed on, and not put to another use since.
    func isRecyclable(_ index: Int) -> Bool {
        guard let agreement, agreement.local.session.media.indices.contains(index) else { return false }
        return agreement.local.session.media[index].isRejected || agreement.remote.session.media[index].isRejected
    }

    /// The identification to offer a transceiver under. One it was promised before holds while nobody else has it.
    private mutating func offerMid(of handle: TransceiverHandle) -> String? {
        guard let index = transceivers.firstIndex(where: { $0.handle == handle }) else { return nil }
        if let mid = transceivers[index].mid { return mid }
        let taken = takenMids(except: .transceiver(handle))
        if let reserved = transceivers[index].reservedMid, !taken.contains(reserved) { return reserved }
        let mid = newMid(besides: taken)
        transceivers[index].reservedMid = mid
        return mid
    }

    private mutating func offerDataMid() -> String {
        if let mid = data.mid { return mid }
        let taken = takenMids(except: .data)
        if let reserved = data.reservedMid, !taken.contains(reserved) { return reserved }
        let mid = newMid(besides: taken)
        data.reservedMid = mid
        return mid
    }

    private mutating func newMid(besides taken: Set<String>) -> String {
        var mid = String(nextMid)
        while taken.contains(mid) {
            nextMid += 1
            mid = String(nextMid)
        }
        nextMid += 1
        return mid
    }

    private func takenMids(except owner: SectionOwner) -> Set<String> {
        var taken: Set<String> = []
        for transceiver in transceivers where owner != .transceiver(transceiver.handle) {
            if let mid = transceiver.mid ?? transceiver.reservedMid { taken.insert(mid) }
        }
        if owner != .data, let mid = data.mid ?? data.reservedMid { taken.insert(mid) }
        for description in [agreement?.local, agreement?.remote, pendingLocal, pendingRemote] {
            taken.formUnion(description?.session.media.compactMap(\.mid) ?? [])
        }
        return taken
    }

    /// Which credentials to write for a transport; for `nil`, which is not there yet, those of the first, as all may become one
    /// bundle.
    private mutating func offerCredentials(iceRestart: Bool) -> (TransportTable.Entry?) -> ICEParameters {
        var chosen: [TransportID: ICEParameters] = [:]
        let fresh = random.iceParameters()
        for entry in transports.entries {
            let restarts = iceRestart || credentialsToReplace.contains(entry.localICE)
            chosen[entry.id] = restarts ? fresh : entry.localICE
        }
        let shared = transports.entries.first.flatMap { chosen[$0.id] } ?? fresh
        return { entry in entry.flatMap { chosen[$0.id] } ?? shared }
    }
}
