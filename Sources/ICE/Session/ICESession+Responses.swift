import Primitives

/// What the peer answers to our checks (RFC 8445 §7.2.5).
extension ICESession {
    /// Whether a response belongs to a check of this session.
    func awaits(_ id: STUNTransactionID) -> Bool { transactions.contains { $0.id == id } }

    mutating func handleResponse(
        _ response: STUNMessage, _ datagram: Datagram, at now: Instant, _ context: inout AgentContext
    ) {
        guard let remoteCredentials, let index = transactions.firstIndex(where: { $0.id == response.transactionID }) else {
            context.counters.unmatchedResponses += 1
            return
        }
        // RFC 8489 §9.1.4: as though it had never come. This also drops the unsealed 400 and 401 of a peer that does not know us
        // yet; our retransmission comes when it does.
        guard response.isAuthentic(key: remoteCredentials.key) else {
            context.counters.badIntegrity += 1
            return
        }
        let check = transactions.remove(at: index)
        guard let pairIndex = checkList.index(of: check.pairID) else { return }
        if checkList.pairs[pairIndex].currentCheck == check.id { checkList.pairs[pairIndex].currentCheck = nil }
        checkList.pairs[pairIndex].responsesReceived += 1

        // RFC 8445 §7.2.5.2.1: what goes out one way and comes back another is no path.
        let isSymmetric = datagram.local == check.datagram.local && datagram.remote == check.datagram.remote
        guard isSymmetric, response.uncomprehended.isEmpty else {
            context.counters.badResponses += 1
            fail(check)
            updateSelection(at: now, &context)
            return
        }
        switch response.messageClass {
        case .errorResponse:
            if response.errorCode == .roleConflict, conflictCount < ICELimits.roleConflicts, !remoteIsLite, !isSuperseded {
                yieldRole(check, at: now, &context)
            } else {
                if check.nominates { withPair(check.pairID) { $0.refusedAt = now } }
                fail(check)
            }
        case .successResponse:
            if let mapped = response.mappedAddress {
                succeed(check, mapped: mapped, at: now, &context)
            } else {
                context.counters.badResponses += 1
                fail(check)
            }
        case .request, .indication:
            preconditionFailure("only responses are handed to handleResponse")
        }
        updateSelection(at: now, &context)
    }

    /// RFC 8445 §7.2.5.3.
    private mutating func succeed(
        _ check: CheckTransaction, mapped: SocketAddress, at now: Instant, _ context: inout AgentContext
    ) {
        guard !hasFailed, let index = checkList.index(of: check.pairID) else { return }
        let base = checkList.pairs[index].base
        let local = localCandidate(seenAt: mapped, from: base, priority: check.priority, &context)
        let nextCheck = checkList.pairs[index].path?.nextCheck ?? now + context.jittered(ICETiming.consentInterval)
        if checkList.pairs[index].path == nil {
            // Any check that is still out has become idle, for none of them nominates.
            retireCheck(of: check.pairID, at: now)
        }
        checkList.pairs[index].path = ValidPath(local: local, lastAnswer: now, unansweredSince: nil, nextCheck: nextCheck)
        checkList.pairs[index].state = .succeeded
        if check.transmissions == 1 {
            // An answer to a repeated request tells no time (Karn and Partridge, 1987).
            let time = now - check.sentAt
            checkList.pairs[index].currentRoundTripTime = time
            checkList.pairs[index].totalRoundTripTime += time
            checkList.pairs[index].roundTripTimeMeasurements += 1
        }
        if firstValidAt == nil { firstValidAt = now }
        checkList.begin(check.pairID)  // A check that the peer's requests had put in line is not needed any more.
        checkList.unfreeze(resembling: checkList.pairs[index])

        let isNominated =
            context.role.isControlling
            ? check.nominates && check.claimedControlling : checkList.pairs[index].nomination == .pending
        if isNominated { confirmNomination(of: check.pairID, at: now, isControlling: context.role.isControlling) }
    }

    /// RFC 8445 §7.2.5.1: the other end holds our role with the higher number.
    private mutating func yieldRole(_ check: CheckTransaction, at now: Instant, _ context: inout AgentContext) {
        conflictCount += 1
        context.counters.roleConflicts += 1
        if check.claimedControlling == context.role.isControlling {
            context.role.yield(random: &context.random)
            roleChanged(&context)
        }
        if checkList.index(of: check.pairID).map({ checkList.pairs[$0].path == nil }) ?? false {
            checkList.trigger(check.pairID)
        }
    }

    /// A check has been refused or has timed out. A pair that works keeps working until its consent ends.
    mutating func fail(_ check: CheckTransaction) {
        guard let index = checkList.index(of: check.pairID) else { return }
        if check.nominates && checkList.pairs[index].nomination == .pending { checkList.pairs[index].nomination = .none }
        guard checkList.pairs[index].path == nil, checkList.pairs[index].currentCheck == nil,
            checkList.pairs[index].state == .inProgress
        else { return }
        checkList.pairs[index].state = .failed
    }
}
