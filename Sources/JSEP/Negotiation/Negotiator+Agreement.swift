import SDP

/// What happens when offer and answer meet, and when an offer is taken back.
extension Negotiator {
    /// RFC 9429 §5.9 to §5.11 for answers: sections are refused or get their direction, transports their other side.
    mutating func agree(
        local: AppliedDescription, remote: AppliedDescription, answerIsLocal: Bool, isFinal: Bool
    ) -> Changes {
        var changes = Changes()
        let pair = MediaPlanner.Pair(local: local.session, remote: remote.session)
        for (sectionIndex, section) in (answerIsLocal ? local : remote).session.media.enumerated() {
            guard let mid = section.mid, let index = transceivers.firstIndex(where: { $0.mid == mid }) else { continue }
            guard !section.isRejected else {
                removeRemoteTrack(index, &changes)
                // A provisional refusal can still be taken back.
                if isFinal { transceivers[index].phase = .stopped }
                continue
            }
            let direction = MediaPlanner.direction(at: sectionIndex, of: pair)
            transceivers[index].currentDirection = direction
            // The page may have written less into its answer than the offer would send (webrtc-pc §4.4.1.5, local answers).
            if answerIsLocal, !direction.receives, transceivers[index].firedDirection?.receives == true {
                removeRemoteTrack(index, &changes)
            }
        }
        if isFinal, let mid = data.mid, answer(of: pair, refuses: mid, answerIsLocal: answerIsLocal) { data.mid = nil }
        transports.apply(local: local.session, remote: remote.session, answerIsLocal: answerIsLocal)
        guard isFinal else { return changes }

        agreement = Agreement(local: local, remote: remote)
        stage = .stable
        savepoint = nil
        lastOffer = nil
        lastAnswer = nil
        credentialsToReplace.formIntersection(transports.entries.map(\.localICE))
        removeStopped(&changes)
        for index in transceivers.indices {
            transceivers[index].belongsToPendingOffer = false
            transceivers[index].reservedMid = transceivers[index].mid ?? transceivers[index].reservedMid
        }
        return changes
    }

    private func answer(of pair: MediaPlanner.Pair, refuses mid: String, answerIsLocal: Bool) -> Bool {
        let session = answerIsLocal ? pair.local : pair.remote
        return session.index(ofMid: mid).map { session.media[$0].isRejected } ?? true
    }

    /// Takes out those whose section is refused, and those stopped before they ever had one.
    private mutating func removeStopped(_ changes: inout Changes) {
        let leaves = { (transceiver: Transceiver) in
            transceiver.phase == .stopped || (transceiver.phase == .stopping && transceiver.mid == nil)
        }
        changes.transceiversRemoved += transceivers.filter(leaves).map(\.handle)
        transceivers.removeAll(where: leaves)
    }

    /// RFC 9429 §4.1.10.2. Chromium, like us, takes back offers only, and does not mind whose.
    mutating func rollBack(_ prefix: String) throws(JSEPError) -> Changes {
        switch stage {
        case .localOffer, .remoteOffer: break
        case .stable, .localPranswer, .remotePranswer:
            throw JSEPError(.invalidStateError, "\(prefix)Called in wrong signalingState: \(signalingState.rawValue)")
        }
        var changes = Changes()
        guard let savepoint else { preconditionFailure("a pending offer has a savepoint") }
        for index in transceivers.indices {
            let saved = savepoint.associations[transceivers[index].handle]
            let before = transceivers[index]
            transceivers[index].mid = saved?.mid
            transceivers[index].sectionIndex = saved?.sectionIndex
            transceivers[index].remoteStreams = saved?.remoteStreams ?? []
            transceivers[index].firedDirection = saved?.firedDirection
            // The offer may have refused it; nothing was agreed.
            if before.phase == .stopped { transceivers[index].phase = saved?.phase ?? .active }
            compare(before, transceivers[index], &changes)
        }
        let leaves = { (transceiver: Transceiver) in transceiver.belongsToPendingOffer && !transceiver.hasHadTrackAdded }
        changes.transceiversRemoved += transceivers.filter(leaves).map(\.handle)
        transceivers.removeAll(where: leaves)
        for index in transceivers.indices where transceivers[index].belongsToPendingOffer {
            // The offer's transceiver that a track was added to is the page's from here on.
            transceivers[index].belongsToPendingOffer = false
            transceivers[index].wasMadeByAddTrack = true
        }
        data.mid = savepoint.dataMid
        transports.restore(savepoint.transports)
        weOfferedFirst = savepoint.weOfferedFirst
        self.savepoint = nil
        stage = .stable
        lastOffer = nil
        lastAnswer = nil
        return changes
    }

    /// The events a receiver's return to its earlier state makes (webrtc-pc §4.4.1.5, rollback).
    private func compare(_ before: Transceiver, _ after: Transceiver, _ changes: inout Changes) {
        let left = before.remoteStreams.filter { !after.remoteStreams.contains($0) }
        let joined = after.remoteStreams.filter { !before.remoteStreams.contains($0) }
        let received = before.firedDirection?.receives == true
        let receives = after.firedDirection?.receives == true
        if received && !receives { changes.receiversMuted.append(before.handle) }
        if !left.isEmpty { changes.tracksRemoved.append(.init(transceiver: before.handle, streams: left)) }
        if (receives && !received) || !joined.isEmpty {
            changes.tracksAdded.append(.init(transceiver: before.handle, streams: after.remoteStreams))
        }
    }
}
