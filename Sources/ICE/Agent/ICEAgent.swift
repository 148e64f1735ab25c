import Primitives

/// Finds a pair of addresses between two ends, and keeps watch over it: Interactive Connectivity Establishment (RFC 8445) with
/// trickled candidates (RFC 8838) and consent (RFC 7675), for the one component of a bundled, multiplexed session.
///
/// A machine without sockets or clocks: hand in what happens and when, then fetch outputs until `.wait`. Data is the owner's: it
/// sends from `selectedPair.base` to `selectedPair.remote` and tells nothing. A value with one owner.
///
/// The full agent of RFC 8445; peers may be lite. Candidates are host, server-reflexive, peer-reflexive and relayed (RFC 8656), over UDP;
/// relays are reached by UDP, TCP or TLS. A relayed base is no socket: the owner hands what it receives to `open` first, and sends from such
/// a base with `send`.
/// Messages that are malformed or not authentic are dropped and counted, and never answered, although RFC 8489 §9.1.3 would have
/// 400 or 401 sent: nobody honest needs these, and what is not sent cannot be aimed at a third party.
package struct ICEAgent: Sendable {
    package var configuration: ICEConfiguration
    /// What the owner has last been told.
    package private(set) var state = ICEState.new
    /// Where the owner is to send; `nil` where nothing may be sent.
    package private(set) var selectedPair: SelectedPair?
    /// Whether all local candidates have been reported.
    package private(set) var isGatheringComplete = false

    private var session: ICESession
    /// The session before the last restart: carries data until a pair of the new one is selected, and answers checks after.
    private var previous: ICESession?
    private var context: AgentContext
    private var bases: [LocalBase] = []
    /// The preference of the next base that brings none.
    private var nextPreference = UInt16.max
    private var hasAllLocalAddresses = false
    /// Since when all candidates have been reported and the owner has not been told that these are all.
    private var completeSince: Instant?
    /// Candidates for credentials that have not arrived yet (RFC 8840 §4.2: they are told apart by their fragment).
    private var candidatesToCome: [ICECandidate] = []
    /// The peer has restarted, and we have yet to.
    private var owesRestart = false
    /// The pair that the owner knows to be selected, by its id, for `previous` and `session` may both know its addresses.
    private var selectedPairID: Int?
    /// A restart may have left allocations that nobody needs.
    private var mayRelease = false
    /// The last time that was handed in.
    private var now = Instant.zero {
        didSet { context.now = now }
    }

    package init(
        configuration: ICEConfiguration = ICEConfiguration(), isControlling: Bool, random: RandomSource,
        localCredentials: ICECredentials? = nil
    ) {
        self.configuration = configuration
        context = AgentContext(isControlling: isControlling, random: random)
        session = ICESession(localCredentials: localCredentials ?? ICECredentials(random: &context.random))
    }

    package var localCredentials: ICECredentials { session.localCredentials }
    package var remoteCredentials: ICECredentials? { session.remoteCredentials }
    /// The role may differ from what was set, after a conflict or with a lite peer.
    package var isControlling: Bool { context.role.isControlling }
    package var counters: ICECounters { context.counters }
    /// Ours, of the present session, with those that only the peer saw.
    package var localCandidates: [ICECandidate] { session.localCandidates.map(\.candidate) }
    /// The peer's, of the present session, with those that only checks revealed.
    package var remoteCandidates: [ICECandidate] { session.remoteCandidates }

    /// Every pair of the present session, and the pair of the previous one while that carries data.
    package var pairStatistics: [CandidatePairStatistics] {
        let pairs = (previous?.checkList.pairs ?? []) + session.checkList.pairs
        return pairs.map { $0.statistics(isSelected: $0.id == selectedPairID) }
    }

    /// Hands in what happened. The time must not go back.
    package mutating func handle(_ input: Input, at now: Instant) {
        guard state != .closed else { return }
        self.now = max(self.now, now)
        switch input {
        case .localAddress(let address, let preference): add(address, preference: preference)
        case .noMoreLocalAddresses:
            hasAllLocalAddresses = true
            context.relays.beginStreams(servers: configuration.relays, at: self.now)
        case .localAddressGone(let address): remove(address)
        case .datagram(let datagram): receive(datagram)
        case .timeout: break
        case .remoteCredentials(let credentials, let isLite): take(credentials, isLite: isLite)
        case .remoteCandidate(let candidate): take(candidate)
        case .noMoreRemoteCandidates: session.remoteHasEnded = true
        case .stream(let report): for datagram in context.relays.handle(report, at: self.now) { receiveDirectly(datagram) }
        case .restart(let credentials): restart(credentials)
        case .setControlling(let isControlling): setRole(isControlling: isControlling)
        case .close:
            close()
            return
        }
        settle()
    }

    /// What a socket has received, as the owner is to take it: itself, or what it holds from a peer behind a relay. `nil` where it was the
    /// relay's own.
    package mutating func open(_ datagram: Datagram, at now: Instant) -> Datagram? {
        guard state != .closed else { return nil }
        self.now = max(self.now, now)
        let opened = context.relays.open(datagram, at: self.now)
        if context.relays.hasOutputs { settle() }
        switch opened {
        case .foreign: return datagram
        case .consumed: return nil
        case .data(let inner): return inner
        }
    }

    /// What a stream tells, and the datagrams of peers that it has brought.
    package mutating func open(_ report: RelayStream.Report, at now: Instant) -> [Datagram] {
        guard state != .closed else { return [] }
        self.now = max(self.now, now)
        let datagrams = context.relays.handle(report, at: self.now)
        if context.relays.hasOutputs { settle() }
        return datagrams
    }

    /// Whether a base is an address at a relay.
    package func isRelayed(_ base: SocketAddress) -> Bool { context.relays.isRelayed(base) }

    /// Sends the owner's data from a relayed base.
    package mutating func send(_ datagram: Datagram, at now: Instant) {
        guard state != .closed else { return }
        self.now = max(self.now, now)
        context.transmit(datagram)
        settleRelays()
    }

    /// Does what time and the last input have made due.
    private mutating func settle() {
        context.relays.advance(to: now)
        settleRelays()
        previous?.advance(to: now, &context)
        session.advance(to: now, &context)
        settleRelays()
        report()
    }

    /// Carries on what the relays have said.
    private mutating func settleRelays() {
        while context.relays.hasOutputs {
            for output in context.relays.takeOutputs() {
                switch output {
                case .transmit(let datagram): context.transmitDirectly(datagram)
                case .stream(let request): context.request(request)
                case .allocated(let address): addRelayed { $0 == address }
                case .ended(let relayed, let error):
                    if let relayed {
                        session.remove(relayed, at: now, &context)
                        previous?.remove(relayed, at: now, &context)
                    }
                    if let error { context.report(.candidateError(error)) }
                }
            }
        }
    }

    private mutating func addRelayed(where isWanted: (SocketAddress) -> Bool) {
        for relay in context.relays.allocated where isWanted(relay.address) {
            guard configuration.relays.contains(where: { $0.isSameService(as: relay.server) }) else { continue }
            let base = LocalBase(
                address: relay.address, preference: relay.preference, relay: .init(server: relay.server, mapped: relay.mapped))
            isGatheringComplete = false
            session.addRelayed(base, policy: configuration.policy, at: now, &context)
        }
    }

    /// The next thing to do, oldest first; `.wait` where there is nothing more.
    package mutating func pollOutput() -> Output {
        if let output = context.nextOutput() { return output }
        guard state != .closed else { return .wait(until: nil) }
        let deadlines = [
            session.deadline(after: now), previous?.deadline(after: now), context.relays.deadline,
            completeSince.map { $0 + ICETiming.gatheringGrace },
        ]
        return .wait(until: deadlines.compactMap(\.self).min())
    }

    // MARK: local addresses

    private mutating func add(_ address: SocketAddress, preference: UInt16?) {
        precondition(!address.ip.isUnspecified && address.port != 0, "a base is a bound socket's own address: \(address)")
        guard !bases.contains(where: { $0.address == address }) else { return }
        var free = preference ?? nextPreference
        while free > 0, bases.contains(where: { $0.preference == free }) { free -= 1 }
        // Steps of 256 leave room for several reflexive candidates on one base.
        if preference == nil { nextPreference = nextPreference > 256 ? nextPreference - 256 : nextPreference }
        let base = LocalBase(address: address, preference: free)
        bases.append(base)
        isGatheringComplete = false
        gather(base)
    }

    /// A relay is asked from a socket that is no candidate, where the page wants none but relays.
    private mutating func gather(_ base: LocalBase) {
        if configuration.policy == .all { session.add(base, servers: configuration.servers, at: now, &context) }
        context.relays.begin(base, servers: configuration.relays, at: now)
    }

    private mutating func remove(_ address: SocketAddress) {
        bases.removeAll { $0.address == address }
        context.relays.end(address)
        session.remove(address, at: now, &context)
        previous?.remove(address, at: now, &context)
    }

    // MARK: descriptions

    private mutating func take(_ credentials: ICECredentials, isLite: Bool) {
        if let known = session.remoteCredentials, known != credentials {
            // The peer restarts. Our own credentials follow when the answer is made; until then, and for an owner that never
            // changes them, the candidates that the peer knows stay good.
            let old = session
            beginSession(localCredentials: old.localCredentials)
            session.adopt(old)
            session.earlyChecks = old.earlyChecks
            owesRestart = true
        }
        let isNew = session.remoteCredentials == nil
        session.remoteCredentials = credentials
        session.remoteIsLite = isLite
        if isLite && !context.role.isControlling {
            // RFC 8445 §6.1.1: the full agent controls.
            setRole(isControlling: true)
        }
        guard isNew else { return }
        session.lastHopeAt = now
        let candidates = candidatesToCome
        candidatesToCome = []
        for candidate in candidates { take(candidate) }
        session.replayEarlyChecks(at: now, &context)
    }

    private mutating func take(_ candidate: ICECandidate) {
        if let fragment = candidate.usernameFragment {
            // RFC 8840 §4.2: what was said about another session is not for this one.
            if fragment == previous?.remoteCredentials?.usernameFragment, fragment != session.remoteCredentials?.usernameFragment
            {
                return
            }
            if fragment != session.remoteCredentials?.usernameFragment {
                if candidatesToCome.count < ICELimits.remoteCandidates {
                    candidatesToCome.append(candidate)
                } else {
                    context.counters.candidatesOverLimit += 1
                }
                return
            }
        }
        session.addRemote(candidate, at: now, &context)
    }

    private mutating func setRole(isControlling: Bool) {
        guard context.role.isControlling != isControlling, isControlling || !session.remoteIsLite else { return }
        context.role.isControlling = isControlling
        session.roleChanged(&context)
        previous?.roleChanged(&context)
    }

    // MARK: restart

    private mutating func restart(_ credentials: ICECredentials) {
        precondition(credentials != session.localCredentials, "a restart needs new credentials (RFC 8445 §9)")
        let answered = owesRestart ? session : nil
        owesRestart = false
        beginSession(localCredentials: credentials)
        isGatheringComplete = false
        for base in bases { gather(base) }
        // Addresses at relays stay, as sockets do; what had failed or is new is asked for.
        addRelayed { _ in true }
        if hasAllLocalAddresses { context.relays.beginStreams(servers: configuration.relays, at: now) }
        mayRelease = true
        // The peer restarted first: what it said stays true.
        guard let answered, let remoteCredentials = answered.remoteCredentials else { return }
        session.remoteHasEnded = answered.remoteHasEnded
        let signalled = answered.remoteCandidates.filter { $0.kind != .peerReflexive }
        take(remoteCredentials, isLite: answered.remoteIsLite)
        for candidate in signalled { take(candidate) }
    }

    /// RFC 8445 §9: the pair in use stays until another is selected.
    private mutating func beginSession(localCredentials: ICECredentials) {
        if session.selected != nil || previous?.selected == nil {
            previous = session
            previous?.supersede(role: context.role)
        }
        if previous?.selected == nil { previous?.retire() }
        session = ICESession(localCredentials: localCredentials, continuesAnother: state != .new)
    }

    private mutating func close() {
        context.discardOutputs()
        previous = nil
        session.retire()
        selectedPair = nil
        context.relays.release(unless: { _, _ in false }, at: now)
        for output in context.relays.takeOutputs() {
            switch output {
            case .transmit(let datagram): context.transmitDirectly(datagram)
            case .stream(let request): context.request(request)
            case .allocated, .ended: break
            }
        }
        state = .closed
        context.report(.stateChanged(.closed))
    }

    // MARK: the wire

    private mutating func receive(_ datagram: Datagram) {
        switch context.relays.open(datagram, at: now) {
        case .foreign: receiveDirectly(datagram)
        case .consumed: break
        case .data(let inner): receiveDirectly(inner)
        }
    }

    private mutating func receiveDirectly(_ datagram: Datagram) {
        guard bases.contains(where: { $0.address == datagram.local }) || context.relays.isRelayed(datagram.local) else {
            context.counters.unknownLocalAddress += 1
            return
        }
        guard let message = STUNMessage(parsing: datagram.bytes) else {
            context.counters.malformed += 1
            return
        }
        guard message.fingerprint != .invalid else {
            context.counters.badFingerprint += 1
            return
        }
        guard message.method == STUNMessage.binding else {
            context.counters.unknownMethod += 1
            return
        }
        switch message.messageClass {
        case .request: receiveRequest(message, datagram)
        case .successResponse, .errorResponse: receiveResponse(message, datagram)
        case .indication: break  // RFC 8445 §11: a keepalive, which has done its work by coming.
        }
    }

    private mutating func receiveRequest(_ request: STUNMessage, _ datagram: Datagram) {
        guard let username = request.username, let colon = username.firstIndex(of: ":") else {
            context.counters.unknownUsername += 1
            return
        }
        let fragments = (ours: username[..<colon], theirs: username[username.index(after: colon)...])
        // The present session also keeps checks of a peer that has restarted before its description arrives.
        let isPrevious = !session.claims(fragments) && (previous?.claims(fragments) ?? false)
        guard isPrevious || fragments.ours == session.localCredentials.usernameFragment else {
            context.counters.unknownUsername += 1
            return
        }
        let credentials = isPrevious ? previous?.localCredentials : session.localCredentials
        guard let credentials, request.isAuthentic(key: credentials.key) else {
            context.counters.badIntegrity += 1
            return
        }
        let theirs = String(fragments.theirs)
        if isPrevious {
            previous?.handleRequest(request, datagram, remoteFragment: theirs, at: now, &context)
        } else {
            session.handleRequest(request, datagram, remoteFragment: theirs, at: now, &context)
        }
    }

    private mutating func receiveResponse(_ response: STUNMessage, _ datagram: Datagram) {
        switch session.gatherer.handle(response, in: datagram, at: now) {
        case .mapped(let base, let server, let url, let address):
            session.addServerReflexive(address, base: base, server: server, url: url, &context)
        case .nothingNew: break
        case nil:
            if previous?.awaits(response.transactionID) ?? false {
                previous?.handleResponse(response, datagram, at: now, &context)
            } else {
                session.handleResponse(response, datagram, at: now, &context)
            }
        }
    }

    // MARK: telling the owner

    /// The pair of the new session takes over when it is nominated, or when the old one no longer answers.
    private mutating func retirePreviousIfDue() {
        guard let old = previous, old.selected != nil else { return }
        let isReplaced = session.selectedPair.map { $0.isNominated || !old.isConnected(at: now) } ?? false
        if isReplaced { previous?.retire() }
    }

    private mutating func releaseRelaysIfDue() {
        guard mayRelease, previous?.selected == nil else { return }
        mayRelease = false
        let wanted = configuration.relays
        let bases = session.bases.map(\.address)
        context.relays.release(
            unless: { server, relayed in
                wanted.contains { $0.isSameService(as: server) } || (relayed.map(bases.contains) ?? false)
            }, at: now)
        settleRelays()
    }

    private mutating func report() {
        retirePreviousIfDue()
        releaseRelaysIfDue()
        let old = (pair: selectedPair, id: selectedPairID)
        selectedPair = previous?.selectedPair ?? session.selectedPair
        selectedPairID = previous?.selectedID ?? session.selectedID
        if let pair = selectedPair {
            // RFC 8656 §12: thirty-two bytes less with every packet.
            if context.relays.isRelayed(pair.base) {
                context.relays.bindChannel(to: pair.remote.withoutZone, at: pair.base, now: now)
                settleRelays()
            }
            if pair.candidates != old.pair?.candidates || pair.base != old.pair?.base || pair.remote != old.pair?.remote {
                context.report(.selectedPairChanged(pair.candidates))
            }
            let wasNominated = selectedPairID == old.id && old.pair?.isNominated == true
            if pair.isNominated && !wasNominated { context.report(.nominated) }
        }
        // An end that still has candidates to name is not complete, even if its owner hears so last.
        let isComplete = hasAllLocalAddresses && session.gatherer.isIdle && context.relays.isIdle
        let carriesOn = previous?.isConnected(at: now) ?? false
        let next = carriesOn ? .connected : session.state(at: now, gatheringIsComplete: isComplete)
        if next != state {
            if next == .completed && state != .connected {
                // Pages wait for “connected”, and browsers never pass over it.
                context.report(.stateChanged(.connected))
            }
            state = next
            context.report(.stateChanged(next))
        }
        tellOfCompleteness(isComplete)
    }

    /// The end of gathering is told after the first answer to a check, where one may come soon. So it is in Chromium, whose pages hear of a path
    /// that works before they hear of the end; and a page that waits for the end to answer has a path by then.
    private mutating func tellOfCompleteness(_ isComplete: Bool) {
        guard isComplete, !isGatheringComplete else {
            completeSince = nil
            return
        }
        let since = completeSince ?? now
        completeSince = since
        if selectedPair == nil, session.awaitsFirstAnswer, now < since + ICETiming.gatheringGrace { return }
        completeSince = nil
        isGatheringComplete = true
        context.report(.gatheringComplete)
    }
}
