import Primitives

/// Which pair is used (RFC 8445 §8.1).
///
/// Before any nomination, the best pair that works is used, so that DTLS need not wait (RFC 8445 §12.1).
///
/// Controlling: the best working pair is nominated as soon as no better one is still being checked, and at the latest
/// `ICETiming.nominationGrace` after the first one worked. A better pair that works within `ICETiming.renominationWindow` of that
/// is nominated too; peers that keep the highest (RFC 5245) and peers that keep the last then agree. Later, only the loss of
/// the pair in use makes us nominate another.
///
/// Controlled: within `ICETiming.nominationRace` the best of the nominated pairs is used, which is what aggressive nomination
/// means; later, the one nominated last, which is what an end means that has lost its pair. An end that keeps naming the pair in
/// use (libwebrtc, and ourselves) has not lost it; one that names several all the time does not make us swing between them.
extension ICESession {
    /// The peer named a pair (RFC 8445 §7.3.1.5).
    mutating func acceptNomination(of id: Int, at now: Instant) {
        guard let index = checkList.index(of: id) else { return }
        checkList.pairs[index].namedAt = now
        if checkList.pairs[index].path == nil {
            checkList.pairs[index].nomination = .pending
        } else {
            confirmNomination(of: id, at: now, isControlling: false)
        }
    }

    /// A nominated pair works: use it, unless a better one was nominated too.
    mutating func confirmNomination(of id: Int, at now: Instant, isControlling: Bool) {
        guard let index = checkList.index(of: id) else { return }
        checkList.pairs[index].nomination = .done
        let start = firstNominatedAt ?? now
        firstNominatedAt = start
        guard let current = selected, let path = current.path, current.nomination == .done, current.id != id else {
            select(id)
            return
        }
        let isRace = now < start + ICETiming.nominationRace
        let isHeld = current.namedAt.map { now < $0 + ICETiming.nominationHold } ?? false
        let isBetter = checkList.pairs[index].priority > current.priority
        if isControlling || isBetter || path.isSilent(for: ICETiming.doubt, at: now) || !isRace && !isHeld { select(id) }
    }

    /// Replaces the pair in use where there is none, where it has gone silent and another answers, or where nothing is nominated
    /// and another is better.
    mutating func updateSelection(at now: Instant, _ context: inout AgentContext) {
        guard !hasFailed else { return }
        let formerID = selectedID
        var isLost = false
        let working = checkList.pairs.filter { $0.path != nil }
        // A nominated pair that has gone silent is not gone back to before it answers.
        func rank(_ pair: CheckPair) -> (Int, Int, UInt64) {
            let isSilent = pair.path?.isSilent(for: ICETiming.disconnection, at: now) ?? true
            return (isSilent ? 0 : 1, pair.nomination == .done ? 1 : 0, pair.priority)
        }
        func best(_ pairs: [CheckPair]) -> CheckPair? { pairs.max { rank($0) < rank($1) } }
        if let current = selected, let path = current.path {
            if let silence = path.unansweredSince, path.isSilent(for: ICETiming.disconnection, at: now) {
                let answering = working.filter { $0.path.map { $0.lastAnswer > silence } ?? false }
                if let next = best(answering) {
                    selectedID = next.id
                    isLost = true
                }
            } else if current.nomination != .done, let next = best(working) {
                selectedID = next.id
            }
        } else {
            selectedID = best(working)?.id
            isLost = formerID != nil
        }
        if isLost, let formerID {
            // Choosing begins anew, among what is left and what may yet come.
            firstNominatedAt = nil
            firstValidAt = selectedID.map { _ in now }
            if context.role.isControlling { withPair(formerID) { $0.nomination = .none } }
        }
        if selectedID == nil {
            if isLost { lostAt = lostAt ?? now }
        } else {
            lostAt = nil
        }
        if let selectedID, selectedID != formerID { select(selectedID) }
    }

    /// Uses a pair that works.
    private mutating func select(_ id: Int) {
        selectedID = id
        withPair(id) { pair in
            guard let path = pair.path else { return }
            // The pair in use is checked more often than it was as a spare.
            pair.path?.nextCheck = min(path.nextCheck, path.lastAnswer + ICETiming.consentInterval)
        }
    }

    /// Controlling only: what to nominate now.
    func pairToNominate(at now: Instant) -> Int? {
        let working = checkList.pairs.filter { pair in
            guard let path = pair.path, !path.isSilent(for: ICETiming.disconnection, at: now) else { return false }
            return pair.refusedAt.map { now >= $0 + ICETiming.nominationRetry } ?? true
        }
        guard let best = working.max(by: { $0.priority < $1.priority }), !working.contains(where: { $0.nomination == .pending })
        else { return nil }
        if let current = selected, current.nomination == .done {
            let mayImprove = firstNominatedAt.map { now < $0 + ICETiming.renominationWindow } ?? false
            return mayImprove && best.priority > current.priority && best.nomination == .none ? best.id : nil
        }
        let mayImprove = checkList.pairs.contains { $0.isUnsettled && $0.priority > best.priority }
        let graceIsOver = firstValidAt.map { now >= $0 + ICETiming.nominationGrace } ?? false
        return !mayImprove || graceIsOver ? best.id : nil
    }

    /// When `pairToNominate` may answer otherwise though nothing has happened.
    var nominationDeadline: Instant? { firstNominatedAt == nil ? firstValidAt.map { $0 + ICETiming.nominationGrace } : nil }

    /// RFC 8445 §6.1.1, §7.3.1.1: priorities are computed anew, and what the other role had begun is void.
    mutating func roleChanged(_ context: inout AgentContext) {
        checkList.updatePriorities(isControlling: context.role.isControlling)
        for index in checkList.pairs.indices where checkList.pairs[index].nomination == .pending {
            checkList.pairs[index].nomination = .none
        }
    }
}
