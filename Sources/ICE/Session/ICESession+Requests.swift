import Primitives

/// Serving the peer's checks (RFC 8445 §7.3).
extension ICESession {
    /// Answers a request that has been found authentic, and acts upon it.
    mutating func handleRequest(
        _ request: STUNMessage, _ datagram: Datagram, remoteFragment: String, at now: Instant, _ context: inout AgentContext
    ) {
        guard let base = bases.first(where: { $0.address == datagram.local }) else {
            context.counters.unknownLocalAddress += 1
            return
        }
        let unknown = request.uncomprehended
        guard unknown.isEmpty else {
            // RFC 8489 §6.3.1.
            context.counters.refusedRequests += 1
            refuse(request, datagram, .unknownAttribute, [.unknownAttributes(unknown)], &context)
            return
        }
        guard settleRoles(request, &context) else {
            refuse(request, datagram, .roleConflict, [], &context)
            return
        }
        answer(request, datagram, &context)

        guard let remoteCredentials, remoteCredentials.usernameFragment == remoteFragment else {
            keep(
                EarlyCheck(
                    base: datagram.local, source: datagram.remote, remoteFragment: remoteFragment, priority: request.priority,
                    usesCandidate: request.usesCandidate), &context)
            return
        }
        guard !hasFailed else { return }
        learn(
            base: base, source: datagram.remote, priority: request.priority, usesCandidate: request.usesCandidate, at: now,
            &context)
    }

    /// Acts upon the checks that came before these credentials.
    mutating func replayEarlyChecks(at now: Instant, _ context: inout AgentContext) {
        let fragment = remoteCredentials?.usernameFragment
        let checks = earlyChecks.filter { $0.remoteFragment == fragment }
        earlyChecks = []
        for check in checks {
            guard let base = bases.first(where: { $0.address == check.base }) else { continue }
            learn(
                base: base, source: check.source, priority: check.priority, usesCandidate: check.usesCandidate, at: now, &context)
        }
    }

    private mutating func keep(_ check: EarlyCheck, _ context: inout AgentContext) {
        if let index = earlyChecks.firstIndex(where: {
            $0.base == check.base && $0.source == check.source && $0.remoteFragment == check.remoteFragment
        }) {
            earlyChecks[index].usesCandidate = earlyChecks[index].usesCandidate || check.usesCandidate
        } else if earlyChecks.count < ICELimits.earlyChecks {
            earlyChecks.append(check)
        } else {
            context.counters.candidatesOverLimit += 1
        }
    }

    /// RFC 8445 §7.3.1.3 to §7.3.1.5: the source is a candidate, the pair is to be checked, and perhaps it is nominated.
    private mutating func learn(
        base: LocalBase, source: SocketAddress, priority: UInt32?, usesCandidate: Bool, at now: Instant,
        _ context: inout AgentContext
    ) {
        guard let id = pair(base, source, priority: priority, at: now, &context) else { return }
        withPair(id) { pair in
            pair.requestsReceived += 1
            pair.responsesSent += 1
        }
        triggerCheck(id, at: now)
        if usesCandidate && !context.role.isControlling { acceptNomination(of: id, at: now) }
        updateSelection(at: now, &context)
    }

    /// RFC 8445 §7.3.1.4.
    private mutating func triggerCheck(_ id: Int, at now: Instant) {
        guard let index = checkList.index(of: id) else { return }
        if checkList.pairs[index].path?.unansweredSince != nil {
            // It had gone silent, and there is a sign of life: ask again now.
            checkList.pairs[index].path?.nextCheck = now
        }
        guard checkList.pairs[index].path == nil else { return }
        if let last = checkList.pairs[index].triggeredAt, now < last + ICETiming.triggeredSpacing { return }
        checkList.pairs[index].triggeredAt = now
        lastHopeAt = now
        retireCheck(of: id, at: now)
        checkList.trigger(id)
    }

    /// RFC 8445 §7.3.1.1. `false`: the peer is to change its role.
    private mutating func settleRoles(_ request: STUNMessage, _ context: inout AgentContext) -> Bool {
        // A lite peer is controlled, whatever it says (RFC 8445 §6.1.1).
        guard !remoteIsLite, !isSuperseded else { return true }
        let yields: Bool
        if context.role.isControlling, let theirs = request.iceControlling {
            yields = context.role.tieBreaker < theirs
        } else if !context.role.isControlling, let theirs = request.iceControlled {
            yields = context.role.tieBreaker >= theirs
        } else {
            return true
        }
        context.counters.roleConflicts += 1
        if yields {
            context.role.isControlling.toggle()
            roleChanged(&context)
        }
        return yields
    }

    private func answer(_ request: STUNMessage, _ datagram: Datagram, _ context: inout AgentContext) {
        send(
            STUNMessage(
                .successResponse, transactionID: request.transactionID,
                attributes: [.xorMappedAddress(datagram.remote.withoutZone, request.transactionID)]),
            inReplyTo: datagram, &context)
    }

    private func refuse(
        _ request: STUNMessage, _ datagram: Datagram, _ code: STUNErrorCode, _ attributes: [STUNAttribute],
        _ context: inout AgentContext
    ) {
        send(
            STUNMessage(
                .errorResponse, transactionID: request.transactionID, attributes: [.errorCode(code)] + attributes),
            inReplyTo: datagram, &context)
    }

    /// RFC 8489 §9.1.3: a response is sealed with the key of the request.
    private func send(_ response: STUNMessage, inReplyTo datagram: Datagram, _ context: inout AgentContext) {
        context.transmit(
            Datagram(local: datagram.local, remote: datagram.remote, bytes: response.encoded(key: localCredentials.key)))
    }
}
