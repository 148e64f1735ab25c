import SDP

extension Negotiator {
    /// RFC 9429 §5.3. Answers the remote offer with the transceivers as they are now; nothing is set by it.
    ///
    /// - Parameter voiceActivityDetection: whether pauses may be described instead of sent (RFC 3389).
    package mutating func createAnswer(voiceActivityDetection: Bool = true) throws(JSEPError) -> DescriptionText {
        try atomically { (self) throws(JSEPError) in
            let offer: AppliedDescription
            switch self.stage {
            case .remoteOffer(let remote), .localPranswer(let remote, _): offer = remote
            case .stable, .localOffer, .remotePranswer:
                throw JSEPError(
                    .invalidStateError,
                    "PeerConnection cannot create an answer in a state other than have-remote-offer or have-local-pranswer.")
            }
            let answer = try self.makeAnswer(to: offer.session, voiceActivityDetection: voiceActivityDetection)
            self.lastAnswer = answer
            return DescriptionText(type: .answer, sdp: SDPWriter.write(answer))
        }
    }

    mutating func makeAnswer(
        to offer: SessionDescription, voiceActivityDetection: Bool = true
    ) throws(JSEPError) -> SessionDescription {
        var session = newSession()
        let credentials = answerCredentials(to: offer)
        var accepted: [Transceiver] = []
        for (index, offered) in offer.media.enumerated() {
            let mid = offered.mid ?? String(index)
            if mid == data.mid, offered.carriesDataChannels, !offered.isRejected {
                session.media.append(try dataSection(answering: offered, mid: mid, at: index, of: offer, credentials))
                continue
            }
            guard let transceiver = transceivers.first(where: { $0.mid == mid }), transceiver.phase != .stopped, !offered.isRejected,
                case let codecs = MatchedCodec.ordered(
                    MatchedCodec.all(in: offered, kind: transceiver.kind), by: transceiver.codecPreferences),
                codecs.contains(where: \.capability.isPrimary)
            else {
                // What nobody knows, and what has no codec in common.
                let setup: SetupRole = RemoteTransportFacts(of: index, in: offer).setup == .active ? .passive : .active
                session.media.append(
                    SectionWriter.rejected(
                        offered, mid: mid, ice: credentials(transport(for: mid, in: offer)),
                        fingerprints: configuration.fingerprints, setup: setup))
                continue
            }
            let entry = transport(for: mid, in: offer)
            let ice = credentials(entry)
            // RFC 9429 §5.3.1: one that the page has stopped is inactive now, and refused by the next offer.
            let wanted = transceiver.phase == .stopping ? .inactive : transceiver.direction
            let direction = wanted.intersection(offer.direction(at: index).reversed)
            let showsCandidates = entry.map { $0.mid == mid && $0.localICE == ice } ?? false
            let writer = SectionWriter(
                kind: transceiver.kind, mid: mid, transportProtocol: offered.transportProtocol, direction: direction, ice: ice,
                fingerprints: configuration.fingerprints, setup: try answerSetup(to: offer, at: index, entry: entry),
                candidates: showsCandidates ? entry?.localCandidates ?? [] : [], extensions: answerExtensions(to: offer, at: index, of: transceiver),
                codecs: codecs.filter { voiceActivityDetection || $0.capability != .comfortNoise },
                // Chromium says which track it has even while it may not send it.
                sender: wanted.sends ? transceiver : nil, cname: cname, namesStreamOfSource: false,
                multiplexesRTCP: offered.multiplexesRTCP, allowsReducedSizeRTCP: offered.allowsReducedSizeRTCP)
            session.media.append(writer.section())
            accepted.append(transceiver)
        }
        for group in offer.bundleGroups {
            // RFC 9143 §7.3.3: those of the offer's group that live, in its order. Empty too, as Chromium has it.
            let mids = group.mids.filter { mid in session.index(ofMid: mid).map { !session.media[$0].isRejected } ?? false }
            session.append("group", SDPGroup(semantics: "BUNDLE", mids: mids).value)
        }
        if offer.allowsMixedExtensions { session.append("extmap-allow-mixed") }
        session.append("msid-semantic", streamSemantics(accepted))
        return session
    }

    // MARK: - Parts

    private func dataSection(
        answering offered: MediaDescription, mid: String, at index: Int, of offer: SessionDescription,
        _ credentials: (TransportTable.Entry?) -> ICEParameters
    ) throws(JSEPError) -> MediaDescription {
        let entry = transport(for: mid, in: offer)
        let ice = credentials(entry)
        let showsCandidates = entry.map { $0.mid == mid && $0.localICE == ice } ?? false
        return DataSectionWriter(
            mid: mid, transportProtocol: offered.transportProtocol, isDraft: offered.formats != ["webrtc-datachannel"], ice: ice,
            fingerprints: configuration.fingerprints, setup: try answerSetup(to: offer, at: index, entry: entry),
            candidates: showsCandidates ? entry?.localCandidates ?? [] : []
        ).section()
    }

    /// The transport a section will use, where it exists already.
    private func transport(for mid: String, in offer: SessionDescription) -> TransportTable.Entry? {
        if let entry = transports.entry(ofMid: mid) { return entry }
        let group = offer.bundleGroups.first { $0.mids.contains(mid) }
        return group?.mids.compactMap(transports.entry(ofMid:)).first
    }

    /// RFC 8839 §4.4.3: the same credentials as before, but new ones where the offer restarts; one set for what is not there yet.
    private mutating func answerCredentials(to offer: SessionDescription) -> (TransportTable.Entry?) -> ICEParameters {
        let fresh = random.iceParameters()
        var chosen: [TransportID: ICEParameters] = [:]
        for entry in transports.entries {
            let index = offer.index(ofMid: entry.mid)
            let offered = index.flatMap { offer.media[$0].isRejected ? nil : RemoteTransportFacts(of: $0, in: offer).ice }
            let restarts = offered != nil && entry.remoteICE != nil && offered != entry.remoteICE
            chosen[entry.id] = restarts ? fresh : entry.localICE
        }
        return { entry in entry.flatMap { chosen[$0.id] } ?? fresh }
    }

    /// RFC 8842 §5.3: as before where the association goes on and the offer lets us; else active, which saves a round trip.
    private func answerSetup(
        to offer: SessionDescription, at index: Int, entry: TransportTable.Entry?
    ) throws(JSEPError) -> SetupRole {
        switch RemoteTransportFacts(of: index, in: offer).setup {
        case .active: return .passive
        case .passive: return .active
        case .holdconn:
            throw JSEPError(.operationError, "An offer with a=setup:holdconn cannot be answered: there would be no transport.")
        case .actpass, nil:
            return entry?.dtlsRole == .server ? .passive : .active
        }
    }

    /// RFC 8285 §6: those we know, under the offer's numbers, the direction turned around.
    private func answerExtensions(to offer: SessionDescription, at index: Int, of transceiver: Transceiver) -> [ExtensionMap] {
        let known = OfferNumbers.known(for: transceiver.kind).map(\.1)
        let wanted = known.filter { transceiver.headerExtensions?.contains($0) ?? true }
        var seen: Set<String> = []
        return offer.extensionMaps(at: index).filter { map in
            wanted.contains(map.uri) && (1...255).contains(map.id) && seen.insert(map.uri).inserted
        }.map { ExtensionMap(id: $0.id, direction: $0.direction?.reversed, uri: $0.uri) }
    }
}
