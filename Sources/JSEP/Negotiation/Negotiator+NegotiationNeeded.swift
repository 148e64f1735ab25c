import SDP

extension Negotiator {
    /// webrtc-pc §4.7.3 “check if negotiation is needed”. Only meant to be asked while stable.
    package var isNegotiationNeeded: Bool {
        guard !isClosed else { return false }
        if !credentialsToReplace.isEmpty { return true }
        // A section that was refused is none to ask for again; so Chromium has it.
        if data.isWanted, agreement?.local.session.media.contains(where: { $0.kind == "application" }) != true { return true }
        return transceivers.contains { isNegotiationNeeded(for: $0) }
    }

    private func isNegotiationNeeded(for transceiver: Transceiver) -> Bool {
        switch transceiver.phase {
        case .stopped: return false
        case .stopping: return transceiver.mid != nil
        case .active: break
        }
        guard let agreement, let mid = transceiver.mid, let index = agreement.local.session.index(ofMid: mid) else { return true }
        let local = agreement.local.session
        if transceiver.direction.sends {
            let written = local.media[index].streamIdentifications
            let wanted = SectionWriter.identifications(of: transceiver)
            if Set(written.map(\.stream)) != Set(wanted.map(\.stream)) { return true }
        }
        // As offerer we offered what we wanted; as answerer, what of it the offer let us.
        switch agreement.local.type {
        case .offer:
            let remote = agreement.remote.session.direction(at: index).reversed
            return local.direction(at: index) != transceiver.direction && remote != transceiver.direction
        case .answer, .pranswer, .rollback:
            return local.direction(at: index)
                != transceiver.direction.intersection(agreement.remote.session.direction(at: index).reversed)
        }
    }
}
