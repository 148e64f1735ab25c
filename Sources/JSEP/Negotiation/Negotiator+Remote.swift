import SDP

extension Negotiator {
    /// webrtc-pc §4.4.1.5 `setRemoteDescription`.
    ///
    /// - Parameters:
    ///   - implicitRollback: whether an offer takes the place of an offer of ours that is pending, as webrtc-pc has it; else it is
    /// refused.
    package mutating func setRemote(
        _ type: DescriptionType, sdp: String = "", implicitRollback: Bool = true
    ) throws(JSEPError) -> Changes {
        try atomically { (self) throws(JSEPError) in
            switch type {
            case .rollback:
                return try self.rollBack("Failed to set remote rollback sdp: ")
            case .offer:
                return try self.setRemoteOffer(Self.parse(sdp), implicitRollback: implicitRollback)
            case .answer, .pranswer:
                return try self.setRemoteAnswer(type, Self.parse(sdp))
            }
        }
    }

    static func parse(_ text: String) throws(JSEPError) -> SessionDescription {
        do {
            return try SDPParser.parse(text)
        } catch {
            throw JSEPError(error)
        }
    }

    func validator(
        _ session: SessionDescription, _ type: DescriptionType, isLocal: Bool, previous: SessionDescription?
    ) -> DescriptionValidator {
        var bundle: Set<String> = []
        for section in session.media {
            guard let mid = section.mid, let entry = transports.entry(ofMid: mid) else { continue }
            // With max-bundle the sections share one transport before the answer has said so.
            if entry.isBundle && transports.mids(of: entry.id, in: session).count > 1 || configuration.bundlePolicy == .maxBundle {
                bundle.insert(mid)
            }
        }
        return DescriptionValidator(
            session: session, type: type, isLocal: isLocal, configuration: configuration, previous: previous,
            recyclable: Set(session.media.indices.filter(isRecyclable)), establishedBundle: bundle)
    }

    // MARK: - Offers

    private mutating func setRemoteOffer(
        _ parsed: SessionDescription, implicitRollback: Bool
    ) throws(JSEPError) -> Changes {
        var changes = Changes()
        switch stage {
        case .stable, .remoteOffer: break
        case .localOffer where implicitRollback: changes = try rollBack("")
        case .localOffer, .localPranswer, .remotePranswer:
            throw JSEPError(
                .invalidStateError, "Failed to set remote offer sdp: Called in wrong state: \(signalingState.rawValue)")
        }
        var offer = parsed
        let previous = agreement?.remote.session
        fillIdentifications(&offer, from: previous)
        try validator(offer, .offer, isLocal: false, previous: previous).validate()
        if savepoint == nil {
            savepoint = Savepoint(
                transceivers: transceivers, dataMid: data.mid, transports: transports, weOfferedFirst: weOfferedFirst)
        }
        adopt(offer, &changes)
        weOfferedFirst = weOfferedFirst ?? false
        stage = .remoteOffer(AppliedDescription(type: .offer, session: offer))
        lastAnswer = nil
        return changes
    }

    /// Sections without `a=mid`, as old endpoints write them: what stood there before, or a number that is free.
    private func fillIdentifications(_ session: inout SessionDescription, from model: SessionDescription?) {
        var taken = Set(session.media.compactMap(\.mid))
        for index in session.media.indices where session.media[index].mid == nil {
            var mid = model.flatMap { $0.media.indices.contains(index) ? $0.media[index].mid : nil } ?? String(index)
            var number = session.media.count
            while taken.contains(mid) {
                mid = String(number)
                number += 1
            }
            taken.insert(mid)
            session.media[index].append("mid", mid)
        }
    }

    /// Finds or makes a transceiver for each section (RFC 9429 §5.10), and reads what it says of our receiver.
    private mutating func adopt(_ offer: SessionDescription, _ changes: inout Changes) {
        // An offer replaced by this one no longer counts, but what it made is used again where the section is still there.
        for index in transceivers.indices {
            let isMadeForSection = transceivers[index].mid.flatMap(offer.index(ofMid:)) != nil
            if transceivers[index].belongsToPendingOffer && isMadeForSection { continue }
            let saved = savepoint?.associations[transceivers[index].handle]
            transceivers[index].mid = saved?.mid
            transceivers[index].sectionIndex = saved?.sectionIndex
        }
        data.mid = savepoint?.dataMid
        for (sectionIndex, section) in offer.media.enumerated() {
            if section.carriesDataChannels, !section.isRejected { data.mid = data.mid ?? section.mid }
            guard let mid = section.mid, let kind = MediaKind(rawValue: section.kind) else { continue }
            if let index = transceivers.firstIndex(where: { $0.mid == mid }) {
                transceivers[index].sectionIndex = sectionIndex
                guard section.isRejected else {
                    readReceiver(index, mid: mid, in: offer, at: sectionIndex, &changes)
                    continue
                }
                transceivers[index].phase = .stopped
                removeRemoteTrack(index, &changes)
                continue
            }
            // One that is offered as refused stands in the list until the answer, as Chromium has it; not again where it was refused before.
            guard !section.isRejected || !isRecyclable(sectionIndex) else { continue }
            let direction = offer.direction(at: sectionIndex)
            let index: Int
            if direction.receives, !section.isRejected, let free = transceivers.firstIndex(where: { $0.isFree(for: kind) }) {
                index = free
            } else {
                let track = Self.trackIdentification(of: section)
                append(
                    TransceiverHandle(rawValue: nextHandle), kind: kind, direction: .recvonly, sender: SenderSource(),
                    byAddTrack: false, receiverTrackID: track)
                nextHandle -= 1
                index = transceivers.endIndex - 1
                transceivers[index].belongsToPendingOffer = true
                changes.transceiversAdded.append(transceivers[index].handle)
            }
            transceivers[index].mid = mid
            transceivers[index].sectionIndex = sectionIndex
            guard !section.isRejected else {
                transceivers[index].phase = .stopped
                continue
            }
            readReceiver(index, mid: mid, in: offer, at: sectionIndex, &changes)
        }
        dropAbandoned(&changes)
    }

    /// What an earlier remote offer made and this one no longer has, when the one takes the place of the other.
    private mutating func dropAbandoned(_ changes: inout Changes) {
        let leaves = { (transceiver: Transceiver) in
            transceiver.belongsToPendingOffer && transceiver.mid == nil && !transceiver.hasHadTrackAdded
        }
        changes.transceiversRemoved += transceivers.filter(leaves).map(\.handle)
        transceivers.removeAll(where: leaves)
    }

    // MARK: - Answers

    private mutating func setRemoteAnswer(_ type: DescriptionType, _ parsed: SessionDescription) throws(JSEPError) -> Changes {
        let offer: AppliedDescription
        switch stage {
        case .localOffer(let local), .remotePranswer(let local, _): offer = local
        case .stable, .remoteOffer, .localPranswer:
            throw JSEPError(
                .invalidStateError,
                "Failed to set remote \(type.rawValue) sdp: Called in wrong state: \(signalingState.rawValue)")
        }
        var session = parsed
        if session.media.count == offer.session.media.count { fillIdentifications(&session, from: offer.session) }
        try validator(session, type, isLocal: false, previous: offer.session).validate()
        let answer = AppliedDescription(type: type, session: session)
        var changes = Changes()
        for (sectionIndex, section) in session.media.enumerated() where !section.isRejected {
            guard let mid = section.mid, let index = transceivers.firstIndex(where: { $0.mid == mid }) else { continue }
            readReceiver(index, mid: mid, in: session, at: sectionIndex, &changes)
        }
        if type == .pranswer { stage = .remotePranswer(offer: offer, answer: answer) }
        let agreed = agree(local: offer, remote: answer, answerIsLocal: false, isFinal: type == .answer)
        changes.receiversMuted += agreed.receiversMuted
        changes.tracksRemoved += agreed.tracksRemoved
        changes.transceiversRemoved += agreed.transceiversRemoved
        return changes
    }

    // MARK: - Remote tracks

    /// webrtc-pc §4.4.1.5 “process remote tracks”, for one section of a remote description.
    private mutating func readReceiver(
        _ index: Int, mid: String, in session: SessionDescription, at sectionIndex: Int, _ changes: inout Changes
    ) {
        let section = session.media[sectionIndex]
        let direction = session.direction(at: sectionIndex).reversed
        guard direction.receives else {
            removeRemoteTrack(index, &changes)
            transceivers[index].firedDirection = direction
            return
        }
        let streams = Self.streams(of: section) ?? [transceivers[index].defaultStreamID]
        let left = transceivers[index].remoteStreams.filter { !streams.contains($0) }
        let joined = streams.filter { !transceivers[index].remoteStreams.contains($0) }
        let isNew = transceivers[index].firedDirection?.receives != true
        transceivers[index].remoteStreams = streams
        transceivers[index].firedDirection = direction
        let handle = transceivers[index].handle
        if !left.isEmpty { changes.tracksRemoved.append(.init(transceiver: handle, streams: left)) }
        if isNew || !joined.isEmpty { changes.tracksAdded.append(.init(transceiver: handle, streams: streams)) }
    }

    /// webrtc-pc §5.1.1 “process the removal of a remote track”.
    mutating func removeRemoteTrack(_ index: Int, _ changes: inout Changes) {
        let handle = transceivers[index].handle
        if transceivers[index].firedDirection?.receives == true { changes.receiversMuted.append(handle) }
        if !transceivers[index].remoteStreams.isEmpty {
            changes.tracksRemoved.append(.init(transceiver: handle, streams: transceivers[index].remoteStreams))
        }
        transceivers[index].remoteStreams = []
        transceivers[index].firedDirection = .inactive
    }

    /// The streams a section names; `nil` where it names none, empty where it says that there is none.
    ///
    /// Where `a=msid` is missing, the older form in `a=ssrc` counts (draft-ietf-mmusic-msid before RFC 8830).
    private static func streams(of section: MediaDescription) -> [String]? {
        let written = identifications(of: section)
        guard !written.isEmpty else { return nil }
        var streams: [String] = []
        for stream in written.map(\.stream) where stream != "-" && !streams.contains(stream) { streams.append(stream) }
        return streams
    }

    private static func trackIdentification(of section: MediaDescription) -> String? {
        identifications(of: section).compactMap(\.track).first
    }

    private static func identifications(of section: MediaDescription) -> [MediaStreamIdentification] {
        let written = section.streamIdentifications
        guard written.isEmpty else { return written }
        return section.sourceAttributes.filter { $0.name == "msid" }.compactMap { $0.argument }
            .compactMap(MediaStreamIdentification.init(parsing:))
    }
}

extension Transceiver {
    /// RFC 9429 §5.10: made by `addTrack`, and no section has it yet.
    fileprivate func isFree(for kind: MediaKind) -> Bool {
        self.kind == kind && wasMadeByAddTrack && mid == nil && phase == .active
    }
}
