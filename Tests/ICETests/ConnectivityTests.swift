import Primitives
import Testing

@testable import ICE

@Suite struct ConnectivityTests {
    static let server = SocketAddress.at("198.51.100.1", 3478)

    @Test("two hosts on one link connect, nominate and complete within a quarter of a second")
    func link() {
        let simulation = Simulation(seed: 1)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.start()
        let isDone = simulation.run(atMost: .milliseconds(250)) { $0.areCompleted }
        #expect(isDone)
        simulation.expectAgreement()
        #expect(simulation.peers[0].states() == [.checking, .connected, .completed])
        #expect(simulation.peers[0].count(of: .nominated) == 1)
        #expect(simulation.peers[1].count(of: .nominated) == 1)
    }

    @Test("the pair is selected before the state says connected")
    func order() {
        let simulation = Simulation(seed: 2)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.start()
        simulation.run(for: .seconds(1))
        for peer in simulation.peers {
            let selected = peer.events.firstIndex { if case .selectedPairChanged = $0.event { true } else { false } }
            let connected = peer.events.firstIndex { $0.event == .stateChanged(.connected) }
            #expect(selected != nil && connected != nil)
            if let selected, let connected { #expect(selected < connected) }
        }
    }

    @Test("the first check leaves the moment that there is a pair")
    func promptness() {
        let simulation = Simulation(seed: 3)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.gather(0)
        let credentials = ICECredentials(random: &simulation.network.random)
        simulation.handle(0, .remoteCredentials(credentials, isLite: false))
        #expect(simulation.peers[0].sent.isEmpty)
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.2"))))
        #expect(simulation.peers[0].sent.count == 1)
        // And the second one Ta later (RFC 8445 §14.2).
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.3"), foundation: "2")))
        #expect(simulation.peers[0].sent.count == 1)
        simulation.run(for: .milliseconds(50))
        #expect(simulation.peers[0].sent.map(\.datagram.remote) == [.at("192.0.2.2"), .at("192.0.2.3")])
        #expect(simulation.peers[0].sent.last?.time == .zero + .milliseconds(50))
    }

    @Test("IPv6 and IPv4: the base that was given first wins", arguments: [true, false])
    func preference(v6First: Bool) {
        let simulation = Simulation(seed: 4)
        let v6 = [SocketAddress.at("2001:db8::1"), .at("2001:db8::2")]
        let v4 = [SocketAddress.at("192.0.2.1"), .at("192.0.2.2")]
        for peer in 0..<2 {
            simulation.add(v6First ? [v6[peer], v4[peer]] : [v4[peer], v6[peer]], isControlling: peer == 0)
        }
        simulation.start()
        simulation.run(for: .seconds(2))
        simulation.expectAgreement()
        #expect(simulation.peers[0].agent.selectedPair?.base == (v6First ? v6 : v4)[0])
    }

    @Test("a given preference outweighs the order")
    func explicitPreference() {
        let simulation = Simulation(seed: 5)
        simulation.add([.at("192.0.2.1"), .at("2001:db8::1")], isControlling: true)
        simulation.handle(0, .localAddress(.at("192.0.2.1"), preference: 10))
        simulation.handle(0, .localAddress(.at("2001:db8::1"), preference: 20))
        let candidates = simulation.peers[0].candidates
        let expected = [UInt16(10), 20].map { CandidatePriority.candidate(.host, localPreference: $0) }
        #expect(candidates.map(\.priority) == expected)
    }

    @Test("link-local addresses of IPv6 are reached through the zone of the base, and told without it")
    func zones() {
        let simulation = Simulation(seed: 6)
        simulation.add([.at("fe80::1%3")], isControlling: true)
        simulation.add([.at("fe80::2%7")], isControlling: false)
        simulation.start()
        let isDone = simulation.run(atMost: .seconds(1)) { $0.areCompleted }
        #expect(isDone)
        simulation.expectAgreement()
        #expect(simulation.peers[0].agent.selectedPair?.remote == .at("fe80::2%3"))
        #expect(simulation.peers[0].agent.selectedPair?.candidates.local.kind == .host)
        #expect(simulation.peers[0].candidates.first?.attributeValue.contains("%") == false)
    }

    @Test("link-local and global addresses are not paired")
    func scopes() {
        let simulation = Simulation(seed: 7)
        simulation.add([.at("fe80::1%3"), .at("2001:db8::1"), .at("192.0.2.1")], isControlling: true)
        simulation.gather(0)
        for remote in ["fe80::2", "2001:db8::2", "192.0.2.2"] {
            simulation.handle(0, .remoteCandidate(.remote(.at(remote))))
        }
        #expect(simulation.peers[0].agent.pairStatistics.count == 3)
    }

    @Test("checks that come before the remote credentials are answered at once and acted upon later")
    func earlyChecks() {
        let simulation = Simulation(seed: 8)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.isSignalling = false
        // The called end knows all, the calling end's signalling lags by two seconds and brings credentials only.
        simulation.gather(0)
        simulation.gather(1)
        simulation.handle(1, .remoteCredentials(simulation.peers[0].agent.localCredentials, isLite: false))
        simulation.handle(1, .remoteCandidate(.remote(.at("192.0.2.1"))))
        simulation.run(for: .seconds(2))
        #expect(simulation.peers[1].agent.state == .connected)
        #expect(simulation.peers[0].agent.state == .new)
        simulation.handle(0, .remoteCredentials(simulation.peers[1].agent.localCredentials, isLite: false))
        let isDone = simulation.run(atMost: .milliseconds(200)) { $0.areConnected }
        #expect(isDone)
        #expect(simulation.peers[0].agent.selectedPair?.candidates.remote.kind == .peerReflexive)
        simulation.expectAgreement()
    }

    @Test("a peer-reflexive candidate becomes what the signalling later says it is")
    func promotion() {
        let simulation = Simulation(seed: 9)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.signallingDelay = .milliseconds(300)
        simulation.gather(0)
        simulation.gather(1)
        for peer in 0..<2 {
            simulation.handle(peer, .remoteCredentials(simulation.peers[1 - peer].agent.localCredentials, isLite: false))
        }
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.2"))))
        simulation.run(for: .milliseconds(200))
        #expect(simulation.peers[1].agent.remoteCandidates.map(\.kind) == [.peerReflexive])
        #expect(simulation.areConnected)
        simulation.run(for: .seconds(1))
        #expect(simulation.peers[1].agent.remoteCandidates.map(\.kind) == [.host])
        #expect(simulation.peers[1].agent.selectedPair?.candidates.remote.kind == .host)
        simulation.expectAgreement()
    }

    @Test(
        "behind two NATs, server-reflexive candidates connect",
        arguments: [SimulatedNAT.Kind.fullCone, .addressRestricted, .portRestricted])
    func reflexive(kind: SimulatedNAT.Kind) {
        let simulation = Simulation.behindNATs(kind, .portRestricted, seed: 10)
        simulation.start()
        let isConnected = simulation.run(atMost: .seconds(1)) { $0.areConnected }
        #expect(isConnected)
        // Complete is only who has seen the private addresses of the other end fail.
        let isCompleted = simulation.run(atMost: .seconds(18)) { $0.areCompleted }
        #expect(isCompleted)
        #expect(simulation.peers[0].candidates.map(\.kind) == [.host, .serverReflexive])
        #expect(simulation.peers[0].agent.selectedPair?.candidates.local.kind == .serverReflexive)
        simulation.expectAgreement()
    }

    @Test("behind a symmetric NAT the peer finds us by our check, whichever end controls", arguments: [true, false])
    func symmetric(isControlling: Bool) {
        let simulation = Simulation.behindNATs(.symmetric, .addressRestricted, isControlling: isControlling, seed: 11)
        simulation.start()
        let isDone = simulation.run(atMost: .seconds(3)) { $0.areConnected }
        #expect(isDone)
        #expect(simulation.peers[0].agent.selectedPair?.candidates.local.kind == .peerReflexive)
        #expect(simulation.peers[1].agent.selectedPair?.candidates.remote.kind == .peerReflexive)
        simulation.expectAgreement()
    }

    @Test("two ends behind one NAT without hairpin meet inside")
    func sameNAT() {
        let simulation = Simulation(seed: 12)
        simulation.servers = [Self.server]
        let hosts = [SocketAddress.at("10.0.0.1"), .at("10.0.0.2")]
        simulation.network.nats = [
            SimulatedNAT(.symmetric, outside: SocketAddress.at("203.0.113.1").ip, inside: Set(hosts.map(\.ip)))
        ]
        for peer in 0..<2 { simulation.add([hosts[peer]], isControlling: peer == 0, servers: [Self.server]) }
        simulation.start()
        simulation.run(for: .seconds(2))
        #expect(simulation.peers[0].agent.selectedPair?.remote == hosts[1])
        simulation.expectAgreement()
    }

    @Test("the mapping of a NAT outlives a minute of ringing")
    func ringing() {
        let simulation = Simulation.behindNATs(.portRestricted, .portRestricted, seed: 13)
        for index in 0..<2 { simulation.network.nats[index].lifetime = .seconds(20) }
        simulation.gather(0)
        simulation.describe(0)
        simulation.run(for: .seconds(60))
        #expect(simulation.peers.map(\.agent.state) == [.new, .new])
        simulation.gather(1)
        simulation.describe(1)
        let isDone = simulation.run(atMost: .seconds(5)) { $0.areConnected }
        #expect(isDone)
        simulation.expectAgreement()
    }

    @Test("a pair that cannot work fails after fifteen seconds, not before, and the state says so once")
    func failure() {
        let simulation = Simulation.behindNATs(.symmetric, .symmetric, seed: 14)
        simulation.start()
        let hasFailed = simulation.run(atMost: .seconds(40)) { $0.peers.allSatisfy { $0.agent.state == .failed } }
        #expect(hasFailed)
        for peer in simulation.peers {
            #expect(peer.states() == [.checking, .failed])
            #expect(peer.time(of: .failed).map { $0 > .zero + .seconds(15) } ?? false)
            #expect(peer.agent.selectedPair == nil)
            #expect(peer.wakeAt == nil)
        }
    }

    @Test("an end that is never told that the candidates are complete fails after thirty seconds")
    func failureWithoutEnd() {
        let simulation = Simulation(seed: 15)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.gather(0)
        simulation.handle(0, .remoteCredentials(ICECredentials(random: &simulation.network.random), isLite: false))
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.9"))))
        simulation.run(for: .seconds(29))
        #expect(simulation.peers[0].agent.state == .checking)
        simulation.run(for: .seconds(2))
        #expect(simulation.peers[0].agent.state == .failed)
    }

    @Test("no failure while nobody has given the agent an address")
    func patience() {
        let simulation = Simulation(seed: 16)
        simulation.add([.at("192.0.2.1")], isControlling: false)
        simulation.add([.at("192.0.2.2")], isControlling: true)
        simulation.gather(1)
        simulation.describe(1)
        simulation.run(for: .seconds(120))
        #expect(simulation.peers[0].agent.state == .new)
        simulation.gather(0)
        simulation.describe(0)
        let isDone = simulation.run(atMost: .seconds(2)) { $0.areCompleted }
        #expect(isDone)
    }

    @Test("a peer that gives all its candidates one foundation is not made to wait for the first to fail")
    func oneFoundation() {
        let simulation = Simulation(seed: 17)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.isSignalling = false
        simulation.start()
        simulation.handle(0, .remoteCandidate(.remote(.at("10.9.9.9"), priority: 2_130_706_431)))
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.2"), priority: 2_130_000_000)))
        let isDone = simulation.run(atMost: .seconds(1)) { $0.areConnected }
        #expect(isDone)
    }

    @Test("closed is final: nothing is sent and nothing changes")
    func close() {
        let simulation = Simulation(seed: 18)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.start()
        simulation.run(for: .seconds(1))
        simulation.handle(0, .close)
        let sent = simulation.peers[0].sent.count
        simulation.run(for: .seconds(60))
        #expect(simulation.peers[0].agent.state == .closed)
        #expect(simulation.peers[0].agent.selectedPair == nil)
        #expect(simulation.peers[0].sent.count == sent)
        // And the end that was left learns it by consent (RFC 7675).
        #expect(simulation.peers[1].agent.state == .failed)
    }
}

extension ICECandidate {
    /// A candidate of an imagined peer.
    static func remote(
        _ address: SocketAddress, priority: UInt32 = 2_130_706_431, kind: CandidateKind = .host, foundation: String = "1"
    ) -> ICECandidate {
        ICECandidate(foundation: foundation, priority: priority, address: .ip(address), kind: kind)
    }
}

extension Simulation {
    /// Two private hosts, each behind a NAT of its own, with a server outside.
    static func behindNATs(
        _ first: SimulatedNAT.Kind, _ second: SimulatedNAT.Kind, isControlling: Bool = true, seed: UInt64
    ) -> Simulation {
        let simulation = Simulation(seed: seed)
        simulation.servers = [ConnectivityTests.server]
        let hosts = [SocketAddress.at("10.0.0.1"), .at("10.1.0.1")]
        let outside = [SocketAddress.at("203.0.113.1").ip, SocketAddress.at("203.0.113.2").ip]
        for (index, kind) in [first, second].enumerated() {
            simulation.network.nats.append(SimulatedNAT(kind, outside: outside[index], inside: [hosts[index].ip]))
            simulation.add(
                [hosts[index]], isControlling: isControlling == (index == 0), servers: [ConnectivityTests.server], seed: seed)
        }
        return simulation
    }
}
