import Primitives

/// What time demands of a session.
extension ICESession {
    /// Whether a new check may begin.
    private var mayCheck: Bool { remoteCredentials != nil && !hasFailed }

    mutating func advance(to now: Instant, _ context: inout AgentContext) {
        for datagram in gatherer.advance(to: now, keepingMappings: keepsMappings, random: &context.random) {
            context.transmit(datagram)
        }
        for failure in gatherer.failures { context.report(.candidateError(failure)) }
        gatherer.failures = []
        guard mayCheck else { return }
        retransmit(at: now, &context)
        endConsent(at: now)
        updateSelection(at: now, &context)
        rouseSpares(at: now)
        if !isSuperseded, context.role.isControlling, let id = pairToNominate(at: now) {
            withPair(id) { $0.nomination = .pending }
            beginCheck(of: id, nominates: true, at: now, &context)
        }
        keepConsent(at: now, &context)
        takeTurn(at: now, &context)
        failIfHopeless(at: now)
    }

    /// When `advance` has something to do.
    func deadline(after now: Instant) -> Instant? {
        var deadlines: [Instant?] = [gatherer.deadline(keepingMappings: keepsMappings)]
        guard mayCheck else { return deadlines.compactMap(\.self).min() }
        deadlines += transactions.map { min($0.nextTransmission ?? $0.deadline, $0.deadline) }
        let spares = spareIDs
        for pair in checkList.pairs {
            guard let path = pair.path else { continue }
            deadlines.append(path.expiry)
            if pair.id == selectedID || spares.contains(pair.id) { deadlines.append(path.nextCheck) }
            if pair.id == selectedID, let silence = path.unansweredSince {
                deadlines += [silence + ICETiming.doubt, silence + ICETiming.disconnection]
            }
        }
        if checkList.next(at: now) != nil { deadlines.append(nextTurn) }
        deadlines += [checkList.nextThawing.map { max($0, nextTurn ?? $0) }, nominationDeadline]
        deadlines += hopelessAfter.map { [$0.first, $0.last] } ?? []
        // What lies in the past has been dealt with, or cannot be before something else happens.
        return deadlines.compactMap(\.self).filter { $0 > now }.min()
    }

    /// Until a pair works, only the gatherer keeps a NAT's mapping (RFC 8445 §5.1.1.4).
    private var keepsMappings: Bool { selectedID == nil && !hasFailed }

    // MARK: checks

    /// Sends a Binding request on a pair (RFC 8445 §7.2.4). Its older request is repeated no more.
    private mutating func beginCheck(
        of id: Int, nominates: Bool, isConsent: Bool = false, at now: Instant, _ context: inout AgentContext
    ) {
        guard let remoteCredentials, let index = checkList.index(of: id) else { return }
        retireCheck(of: id, at: now)
        let pair = checkList.pairs[index]
        let role = formerRole ?? context.role
        // RFC 8445 §7.1.1; nothing stands between a relay and its address, so that its candidate is what the peer will learn.
        let priority =
            pair.base.relay == nil
            ? CandidatePriority.candidate(.peerReflexive, localPreference: pair.base.preference) : pair.local.priority
        let transactionID = STUNTransactionID(random: &context.random)
        let request = STUNMessage(
            .request, transactionID: transactionID,
            attributes: [
                .username("\(remoteCredentials.usernameFragment):\(localCredentials.usernameFragment)"),
                role.attribute, .priority(priority),
            ] + (nominates ? [.useCandidate] : []))
        let datagram = Datagram(
            local: pair.base.address, remote: pair.remoteAddress, bytes: request.encoded(key: remoteCredentials.key))
        // RFC 8445 §14.3: the more checks there are, the slower they are repeated.
        let busy = checkList.pairs.count { $0.state == .waiting || $0.state == .inProgress }
        let interval = min(max(ICETiming.retransmission, ICETiming.pace * busy), ICETiming.longestRetransmission)
        if transactions.count >= ICELimits.transactions, let idle = transactions.firstIndex(where: { $0.nextTransmission == nil })
        {
            transactions.remove(at: idle)
        }
        transactions.append(
            CheckTransaction(
                id: transactionID, pairID: id, datagram: datagram, nominates: nominates,
                claimedControlling: role.isControlling, priority: priority, sentAt: now, interval: interval,
                backsOff: !isConsent || id != selectedID,
                nextTransmission: now + interval, deadline: now + ICETiming.checkTimeout))
        checkList.pairs[index].currentCheck = transactionID
        checkList.pairs[index].checkedAt = now
        if isConsent {
            checkList.pairs[index].consentRequestsSent += 1
        } else {
            checkList.pairs[index].requestsSent += 1
        }
        if let path = pair.path {
            checkList.pairs[index].path?.unansweredSince = path.unansweredSince ?? now
        } else {
            checkList.pairs[index].state = .inProgress
        }
        context.transmit(datagram)
    }

    /// RFC 8445 §7.3.1.4: a check that gives way to another is not repeated, but may still be answered.
    mutating func retireCheck(of id: Int, at now: Instant) {
        guard let index = checkList.index(of: id), let check = checkList.pairs[index].currentCheck else { return }
        checkList.pairs[index].currentCheck = nil
        for transaction in transactions.indices where transactions[transaction].id == check {
            transactions[transaction].retire(at: now)
        }
    }

    private mutating func retransmit(at now: Instant, _ context: inout AgentContext) {
        let expired = transactions.filter { $0.deadline <= now }
        transactions.removeAll { $0.deadline <= now }
        for check in expired {
            withPair(check.pairID) { if $0.currentCheck == check.id { $0.currentCheck = nil } }
            fail(check)
        }
        for index in transactions.indices {
            guard let next = transactions[index].nextTransmission, next <= now else { continue }
            if transactions[index].backsOff {
                transactions[index].interval = min(transactions[index].interval * 2, ICETiming.longestRetransmission)
            }
            transactions[index].nextTransmission = now + transactions[index].interval
            transactions[index].transmissions += 1
            context.transmit(transactions[index].datagram)
        }
    }

    /// Begins the next check of the list, at most one each Ta (RFC 8445 §6.1.4.2).
    private mutating func takeTurn(at now: Instant, _ context: inout AgentContext) {
        if let nextTurn, now < nextTurn { return }
        guard let id = checkList.next(at: now) else { return }
        checkList.begin(id)
        beginCheck(of: id, nominates: false, at: now, &context)
        nextTurn = now + ICETiming.pace
    }

    // MARK: consent

    /// The pairs that are kept working beside the one in use, so that there is somewhere to go: the best three.
    private var spareIDs: Set<Int> {
        let spares = checkList.pairs.filter { $0.path != nil && $0.id != selectedID }
        return Set(spares.sorted { $0.priority > $1.priority }.prefix(3).map(\.id))
    }

    /// RFC 7675 §5.1: each check is a new transaction. One that goes unanswered is repeated as any STUN request is, so that a
    /// lost datagram is not taken for a lost path.
    private mutating func keepConsent(at now: Instant, _ context: inout AgentContext) {
        let spares = spareIDs
        for pair in checkList.pairs {
            let isSelected = pair.id == selectedID
            guard let path = pair.path, path.nextCheck <= now, isSelected || spares.contains(pair.id) else { continue }
            let interval = context.jittered(isSelected ? ICETiming.consentInterval : ICETiming.backupInterval)
            withPair(pair.id) { $0.path?.nextCheck = now + interval }
            // A nomination that is still on its way is repeated by itself.
            if pair.nomination == .pending, pair.currentCheck != nil, context.role.isControlling { continue }
            // The nomination is repeated, for a peer that has lost its pair meanwhile and may have to choose again.
            let nominates = isSelected && (formerRole ?? context.role).isControlling && pair.nomination == .done
            beginCheck(of: pair.id, nominates: nominates, isConsent: true, at: now, &context)
        }
    }

    /// RFC 7675 §5.1: what has not answered for 30 s is not sent to any more.
    private mutating func endConsent(at now: Instant) {
        for pair in checkList.pairs {
            guard let path = pair.path, path.expiry <= now else { continue }
            if pair.id == selectedID { lostAt = path.lastAnswer }
            retireCheck(of: pair.id, at: now)
            withPair(pair.id) { pair in
                pair.path = nil
                pair.nomination = .none
                pair.state = .failed
            }
        }
    }

    /// Asks the spares when the pair in use falls silent, so that one of them can take over.
    private mutating func rouseSpares(at now: Instant) {
        guard let path = selected?.path, let silence = path.unansweredSince, path.isSilent(for: ICETiming.doubt, at: now) else {
            return
        }
        for id in spareIDs {
            withPair(id) { pair in
                guard let path = pair.path, path.lastAnswer <= silence, pair.checkedAt.map({ $0 <= silence }) ?? true else {
                    return
                }
                pair.path?.nextCheck = min(path.nextCheck, now)
            }
        }
    }

    // MARK: failure

    /// From when, with no check left, the session has failed; the second time is the last, checks or not.
    private var hopelessAfter: (first: Instant, last: Instant?)? {
        guard selectedID == nil, let lastHopeAt, !bases.isEmpty || lostAt != nil else { return nil }
        if let lostAt {
            let end = lostAt + ICETiming.consentExpiry
            return (end, end + ICETiming.checkTimeout)
        }
        return (lastHopeAt + (remoteHasEnded ? ICETiming.patienceAfterEnd : ICETiming.patience), nil)
    }

    private mutating func failIfHopeless(at now: Instant) {
        guard let end = hopelessAfter else { return }
        let isOver = end.last.map { now >= $0 } ?? false
        guard isOver || now >= end.first && !checkList.hasUnsettled else { return }
        hasFailed = true
        selectedID = nil
        transactions = []
    }
}
