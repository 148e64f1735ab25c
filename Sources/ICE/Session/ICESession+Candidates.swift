import Primitives

/// Candidates in, pairs out (RFC 8445 §5.1, §6.1.2).
extension ICESession {
    // MARK: ours

    /// Makes a host candidate of a socket, and asks the servers about it.
    mutating func add(_ base: LocalBase, servers: [STUNServer], at now: Instant, _ context: inout AgentContext) {
        bases.append(base)
        let host = makeCandidate(.host, address: base.address, base: base, server: nil, &context)
        localCandidates.append(LocalCandidate(candidate: host, base: base))
        context.report(.localCandidate(host))
        lastHopeAt = lastHopeAt.map { _ in now }
        gatherer.begin(base.address, servers: servers, at: now, random: &context.random)
        for remote in remoteCandidates { formPair(host, base, remote, at: now, &context) }
    }

    /// Makes a candidate of an address at a relay, which is its own base (RFC 8445 §5.1.1.2).
    mutating func addRelayed(
        _ base: LocalBase, policy: ICEConfiguration.Policy, at now: Instant, _ context: inout AgentContext
    ) {
        guard let relay = base.relay, localCandidates.count < ICELimits.localCandidates,
            !bases.contains(where: { $0.address == base.address })
        else { return }
        bases.append(base)
        var candidate = makeCandidate(.relayed, address: base.address, base: base, server: relay.server.address, &context)
        // RFC 8839 §5.1 has where the relay sees us; a page that asked for relays only has asked not to tell.
        let hidden = SocketAddress(ip: base.address.ip.isV6 ? .v6(high: 0, low: 0, zone: 0) : .v4(0), port: 0)
        candidate.relatedAddress = policy == .relay ? hidden : relay.mapped ?? hidden
        candidate.url = relay.server.url
        candidate.relayProtocol = relay.server.transport
        localCandidates.append(LocalCandidate(candidate: candidate, base: base))
        context.report(.localCandidate(candidate))
        lastHopeAt = lastHopeAt.map { _ in now }
        for remote in remoteCandidates { formPair(candidate, base, remote, at: now, &context) }
    }

    /// Stands on the sockets and candidates of another session, without telling anybody again.
    mutating func adopt(_ other: ICESession) {
        bases = other.bases
        localCandidates = other.localCandidates
        gatherer = other.gatherer
    }

    /// Drops a socket that is gone, with all that stands on it.
    mutating func remove(_ address: SocketAddress, at now: Instant, _ context: inout AgentContext) {
        bases.removeAll { $0.address == address }
        localCandidates.removeAll { $0.base.address == address }
        gatherer.end(address)
        checkList.removeAll { $0.base.address == address }
        transactions.removeAll { $0.datagram.local == address }
        updateSelection(at: now, &context)
    }

    /// A server saw a base at an address.
    mutating func addServerReflexive(
        _ mapped: SocketAddress, base address: SocketAddress, server: SocketAddress, url: String?, _ context: inout AgentContext
    ) {
        // RFC 8445 §5.1.3: without a NAT it is the host candidate again; another server may have said the same.
        guard mapped != address.withoutZone, let base = bases.first(where: { $0.address == address }),
            !localCandidates.contains(where: {
                $0.base.address == address && $0.candidate.kind == .serverReflexive && $0.candidate.socketAddress == mapped
            }),
            localCandidates.count < ICELimits.localCandidates
        else { return }
        var candidate = makeCandidate(.serverReflexive, address: mapped, base: base, server: server, &context)
        candidate.url = url
        // A check may have shown the address first; the server's word is what the peer is told.
        localCandidates.removeAll { $0.base.address == address && $0.candidate.socketAddress == mapped }
        localCandidates.append(LocalCandidate(candidate: candidate, base: base))
        context.report(.localCandidate(candidate))
    }

    /// The candidate of ours that the peer saw at `mapped`: known, or peer-reflexive (RFC 8445 §7.2.5.3.1).
    mutating func localCandidate(
        seenAt mapped: SocketAddress, from base: LocalBase, priority: UInt32, _ context: inout AgentContext
    ) -> ICECandidate {
        let own = localCandidates.filter { $0.base.address == base.address }
        if let known = own.first(where: { $0.candidate.socketAddress?.withoutZone == mapped.withoutZone }) {
            return known.candidate
        }
        let candidate = ICECandidate(
            foundation: context.foundations.foundation(.peerReflexive, base: base.address.ip), priority: priority,
            address: .ip(mapped), kind: .peerReflexive, relatedAddress: base.address.withoutZone,
            usernameFragment: localCredentials.usernameFragment)
        if localCandidates.count < ICELimits.localCandidates {
            localCandidates.append(LocalCandidate(candidate: candidate, base: base))
        }
        return candidate
    }

    private func makeCandidate(
        _ kind: CandidateKind, address: SocketAddress, base: LocalBase, server: SocketAddress?, _ context: inout AgentContext
    ) -> ICECandidate {
        // RFC 8445 §5.1.2.1: no two candidates have one priority; two servers may see two addresses of one base.
        var preference = base.preference
        var priority = CandidatePriority.candidate(kind, localPreference: preference)
        while preference > 0, localCandidates.contains(where: { $0.candidate.priority == priority }) {
            preference -= 1
            priority = CandidatePriority.candidate(kind, localPreference: preference)
        }
        return ICECandidate(
            foundation: context.foundations.foundation(kind, base: base.address.ip, server: server?.ip, relay: base.relay?.server.transport),
            priority: priority, address: .ip(address.withoutZone), kind: kind,
            relatedAddress: kind == .host ? nil : base.address.withoutZone,
            usernameFragment: localCredentials.usernameFragment)
    }

    // MARK: theirs

    /// Takes a candidate of the peer and pairs it with every base that can reach it.
    mutating func addRemote(_ candidate: ICECandidate, at now: Instant, _ context: inout AgentContext) {
        guard candidate.transport == .udp, candidate.component == 1, let address = candidate.socketAddress,
            address.isUsableDestination
        else {
            context.counters.ignoredCandidates += 1
            return
        }
        if let index = remoteCandidates.firstIndex(where: { $0.socketAddress == address }) {
            // Known, mostly from a check that overtook the signalling: take what the peer says about it (RFC 8838 §11).
            guard remoteCandidates[index].kind == .peerReflexive else { return }
            remoteCandidates[index] = candidate
            for pair in checkList.pairs.indices where checkList.pairs[pair].remote.socketAddress == address {
                checkList.pairs[pair].remote = candidate
                checkList.pairs[pair].updatePriority(isControlling: context.role.isControlling)
            }
            return
        }
        guard remoteCandidates.count < ICELimits.remoteCandidates else {
            context.counters.candidatesOverLimit += 1
            return
        }
        remoteCandidates.append(candidate)
        for base in bases {
            guard let own = ownCandidate(of: base) else { continue }
            formPair(own, base, candidate, at: now, &context)
        }
    }

    /// The candidate that the peer sent a check from: known, or peer-reflexive (RFC 8445 §7.3.1.3).
    mutating func remoteCandidate(
        seenAt source: SocketAddress, priority: UInt32?, _ context: inout AgentContext
    ) -> ICECandidate? {
        let address = source.withoutZone
        if let known = remoteCandidates.first(where: { $0.socketAddress == address }) { return known }
        let learnt = remoteCandidates.count { $0.kind == .peerReflexive }
        guard learnt < ICELimits.peerReflexiveCandidates, remoteCandidates.count < ICELimits.remoteCandidates else {
            context.counters.candidatesOverLimit += 1
            return nil
        }
        let candidate = ICECandidate(
            // RFC 8445 §7.3.1.3: different from all others, and in no description.
            foundation: "prflx\(learnt + 1)",
            priority: priority ?? CandidatePriority.candidate(.peerReflexive, localPreference: .max),
            address: .ip(address), kind: .peerReflexive, usernameFragment: remoteCredentials?.usernameFragment)
        remoteCandidates.append(candidate)
        return candidate
    }

    /// The pair between a base and the source of a check, made where there was none (RFC 8445 §7.3.1.4).
    mutating func pair(
        _ base: LocalBase, _ source: SocketAddress, priority: UInt32?, at now: Instant, _ context: inout AgentContext
    ) -> Int? {
        let remoteAddress = source.reached(from: base.address)
        if let index = checkList.index(base: base.address, remoteAddress: remoteAddress) { return checkList.pairs[index].id }
        guard let own = ownCandidate(of: base),
            let remote = remoteCandidate(seenAt: source, priority: priority, &context)
        else { return nil }
        formPair(own, base, remote, insisting: true, at: now, &context)
        return checkList.index(base: base.address, remoteAddress: remoteAddress).map { checkList.pairs[$0].id }
    }

    /// The candidate that is its own base.
    private func ownCandidate(of base: LocalBase) -> ICECandidate? {
        let kind: CandidateKind = base.relay == nil ? .host : .relayed
        return localCandidates.first { $0.base.address == base.address && $0.candidate.kind == kind }?.candidate
    }

    private mutating func formPair(
        _ local: ICECandidate, _ base: LocalBase, _ remote: ICECandidate, insisting: Bool = false, at now: Instant,
        _ context: inout AgentContext
    ) {
        guard let address = remote.socketAddress, address.canBeReached(from: base.address) else { return }
        let remoteAddress = address.reached(from: base.address)
        guard checkList.index(base: base.address, remoteAddress: remoteAddress) == nil else { return }
        let pair = CheckPair(
            id: context.nextPairID(), local: local, base: base, remote: remote, remoteAddress: remoteAddress,
            isControlling: context.role.isControlling)
        lastHopeAt = now
        // The peer's checks are let in before our own turn comes (RFC 8656 §9).
        if base.relay != nil { context.relays.permit(remoteAddress.ip, at: base.address, now: now) }
        if checkList.insert(pair, insisting: insisting) != nil { context.counters.pairsOverLimit += 1 }
    }
}

extension SocketAddress {
    /// Somewhere that a datagram for one receiver can be sent.
    fileprivate var isUsableDestination: Bool {
        guard port != 0, !ip.isUnspecified else { return false }
        return switch ip {
        case .v4(let bits): bits >> 28 != 0xE && bits != 0xFFFF_FFFF  // RFC 5771 multicast, RFC 919 broadcast
        case .v6(let high, _, _): high >> 56 != 0xFF  // RFC 4291 §2.7 multicast
        }
    }
}
