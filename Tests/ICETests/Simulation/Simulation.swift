import Primitives
import Testing

@testable import ICE

/// Two agents, servers and a network, run in virtual time.
final class Simulation {
    private struct Signal {
        let time: Instant
        let order: Int
        let peer: Int
        let input: ICEAgent.Input
    }

    var network: SimulatedNetwork
    var peers: [SimulatedPeer] = []
    /// STUN servers that answer.
    var servers: Set<SocketAddress> = []
    var relays: [SimulatedRelay] = []
    var lite: LitePeer?
    /// How long a message of the signalling takes.
    var signallingDelay = Duration.milliseconds(30)
    /// Whether candidates are told as they come; else all at once when gathering has ended.
    var isTrickling = true
    /// Whether the ends hear of each other's candidates at all.
    var isSignalling = true
    /// Whether an end says that it has no more candidates.
    var announcesEnd = true
    private(set) var now = Instant.zero
    private var signals: [Signal] = []
    private var signalCount = 0
    private var steps = 0

    init(seed: UInt64) { network = SimulatedNetwork(seed: seed) }

    /// Adds an agent and returns its index.
    @discardableResult
    func add(
        _ sockets: [SocketAddress], isControlling: Bool, servers: [SocketAddress] = [], relays: [RelayServer] = [],
        policy: ICEConfiguration.Policy = .all, seed: UInt64 = 1
    ) -> Int {
        let configuration = ICEConfiguration(servers: servers.map { STUNServer(address: $0) }, relays: relays, policy: policy)
        let random = RandomSource(seed: seed &* 1000 &+ UInt64(peers.count))
        peers.append(
            SimulatedPeer(
                agent: ICEAgent(configuration: configuration, isControlling: isControlling, random: random), sockets: sockets))
        return peers.count - 1
    }

    // MARK: what the owner of an agent does

    func handle(_ peer: Int, _ input: ICEAgent.Input) {
        peers[peer].agent.handle(input, at: now)
        drain(peer)
    }

    func gather(_ peer: Int) {
        for socket in peers[peer].sockets { handle(peer, .localAddress(socket)) }
        handle(peer, .noMoreLocalAddresses)
    }

    /// Tells the other end our credentials.
    func describe(_ peer: Int, after delay: Duration? = nil) {
        signal(1 - peer, .remoteCredentials(peers[peer].agent.localCredentials, isLite: false), after: delay ?? signallingDelay)
    }

    /// Gathers at both ends and exchanges descriptions.
    func start() {
        gather(0)
        describe(0)
        gather(1)
        describe(1)
    }

    /// Both ends begin anew, `peer` first.
    func restart(by peer: Int) {
        let other = 1 - peer
        let first = ICECredentials(random: &network.random)
        let second = ICECredentials(random: &network.random)
        // The description goes ahead of its candidates.
        signal(other, .remoteCredentials(first, isLite: false), after: signallingDelay)
        handle(peer, .restart(first))
        run(for: signallingDelay)
        signal(peer, .remoteCredentials(second, isLite: false), after: signallingDelay)
        handle(other, .restart(second))
    }

    func signal(_ peer: Int, _ input: ICEAgent.Input, after delay: Duration) {
        signalCount += 1
        signals.append(Signal(time: now + delay, order: signalCount, peer: peer, input: input))
    }

    /// Sends data over the selected pair. `false` where there is none.
    @discardableResult
    func sendData(_ peer: Int, _ bytes: [UInt8] = [0x80, 1, 2, 3]) -> Bool {
        guard let pair = peers[peer].agent.selectedPair else { return false }
        let datagram = Datagram(local: pair.base, remote: pair.remote, bytes: bytes)
        if peers[peer].agent.isRelayed(pair.base) {
            peers[peer].agent.send(datagram, at: now)
            drain(peer)
        } else {
            network.send(datagram, at: now)
        }
        return true
    }

    // MARK: time

    /// Runs until nothing happens before `end`.
    func run(for duration: Duration) { run(until: now + duration) { _ in false } }

    /// Runs until the condition holds, and tells whether it did in time.
    @discardableResult
    func run(atMost duration: Duration, until condition: (Simulation) -> Bool) -> Bool {
        run(until: now + duration, condition)
        return condition(self)
    }

    private func run(until end: Instant, _ condition: (Simulation) -> Bool) {
        while !condition(self) {
            let times = [network.nextArrival, signals.map(\.time).min()] + peers.map(\.wakeAt)
            guard let next = times.compactMap(\.self).min(), next <= end else {
                now = end
                return
            }
            now = max(now, next)
            steps += 1
            guard steps < 1_000_000 else {
                Issue.record("the simulation spins")
                return
            }
            step()
        }
    }

    private func step() {
        let due = signals.filter { $0.time <= now }.sorted { ($0.time, $0.order) < ($1.time, $1.order) }
        signals.removeAll { $0.time <= now }
        for signal in due { handle(signal.peer, signal.input) }
        for datagram in network.arrivals(at: now) { deliver(datagram) }
        for peer in peers.indices {
            if let wakeAt = peers[peer].wakeAt, wakeAt <= now {
                handle(peer, .timeout)
                if let again = peers[peer].wakeAt, again <= now { Issue.record("an agent wants to be woken in the past") }
            }
        }
    }

    private func deliver(_ datagram: Datagram) {
        if let relay = relays.firstIndex(where: { $0.owns(datagram.local) }) {
            for reply in relays[relay].handle(datagram, at: now) { network.send(reply, at: now) }
        } else if servers.contains(datagram.local) {
            serve(datagram)
        } else if let lite, lite.address == datagram.local {
            for reply in self.lite?.handle(datagram) ?? [] { network.send(reply, at: now) }
        } else if let peer = peers.firstIndex(where: { $0.sockets.contains { $0.unzoned == datagram.local } }),
            let socket = peers[peer].sockets.first(where: { $0.unzoned == datagram.local })
        {
            // The kernel tells the zone of a link-local source.
            let remote =
                if case .v6(_, _, let zone) = socket.ip, case .v6(let high, let low, _) = datagram.remote.ip {
                    SocketAddress(ip: .v6(high: high, low: low, zone: zone), port: datagram.remote.port)
                } else {
                    datagram.remote
                }
            let seen = Datagram(local: socket, remote: remote, bytes: datagram.bytes)
            guard let opened = peers[peer].agent.open(seen, at: now) else { return drain(peer) }
            if let first = opened.bytes.first, first > 3 {
                peers[peer].received.append(opened)
            } else {
                handle(peer, .datagram(opened))
            }
        }
    }

    private func serve(_ datagram: Datagram) {
        guard let request = STUNMessage(parsing: datagram.bytes), request.messageClass == .request else { return }
        let response = STUNMessage(
            .successResponse, transactionID: request.transactionID,
            attributes: [.xorMappedAddress(datagram.remote, request.transactionID)])
        network.send(Datagram(local: datagram.local, remote: datagram.remote, bytes: response.encoded()), at: now)
    }

    private func drain(_ peer: Int) {
        while true {
            switch peers[peer].agent.pollOutput() {
            case .transmit(let datagram):
                peers[peer].sent.append((now, datagram))
                if peers[peer].sockets.contains(datagram.local) { network.send(datagram, at: now) }
            case .stream: break
            case .event(let event):
                peers[peer].events.append((now, event))
                tell(event, of: peer)
            case .wait(let time):
                peers[peer].wakeAt = time
                return
            }
        }
    }

    /// The signalling between the two owners.
    private func tell(_ event: ICEAgent.Event, of peer: Int) {
        guard peers.count == 2, isSignalling else { return }
        switch event {
        case .localCandidate(let candidate):
            if isTrickling { tell(candidate, to: 1 - peer) }
        case .gatheringComplete:
            if !isTrickling { for candidate in peers[peer].agent.localCandidates { tell(candidate, to: 1 - peer) } }
            if announcesEnd { signal(1 - peer, .noMoreRemoteCandidates, after: signallingDelay) }
        case .stateChanged, .selectedPairChanged, .nominated, .candidateError: break
        }
    }

    private func tell(_ candidate: ICECandidate, to peer: Int) {
        guard let parsed = try? ICECandidate(parsing: "a=" + candidate.attributeValue) else {
            Issue.record("a candidate of ours cannot be parsed: \(candidate.attributeValue)")
            return
        }
        signal(peer, .remoteCandidate(parsed), after: signallingDelay)
    }

    // MARK: what is to be shown

    /// Both ends use a nominated pair, and data arrives both ways over the very pair that the other end uses.
    func expectAgreement(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        let start = peers.map(\.received.count)
        let saved = network.loss
        network.loss = 0
        for peer in 0..<2 { sendData(peer) }
        run(for: .seconds(1))
        network.loss = saved
        for peer in 0..<2 {
            let data = peers[peer].received.dropFirst(start[peer])
            let pair = peers[peer].agent.selectedPair
            #expect(pair?.isNominated == true, comment, sourceLocation: sourceLocation)
            #expect(
                data.contains { $0.local == pair?.base && $0.remote == pair?.remote }, comment, sourceLocation: sourceLocation)
        }
        #expect(
            peers[0].agent.isControlling != peers[1].agent.isControlling, comment, sourceLocation: sourceLocation)
    }

    var areConnected: Bool {
        peers.allSatisfy { [.connected, .completed].contains($0.agent.state) && $0.agent.selectedPair?.isNominated == true }
    }

    var areCompleted: Bool { peers.allSatisfy { $0.agent.state == .completed } }
}
