import Primitives
import Testing

@testable import ICE

@Suite struct RestartTests {
    @Test("a restart by either end finds a pair anew, and is connected all the while", arguments: [0, 1])
    func restart(by peer: Int) {
        let simulation = ConsentTests.connected()
        let start = simulation.now
        let old = simulation.peers.map(\.agent.localCredentials)
        simulation.restart(by: peer)
        simulation.run(for: .seconds(2))
        #expect(simulation.areCompleted)
        for index in 0..<2 {
            #expect(simulation.peers[index].states(since: start) == [.connected, .completed])
            #expect(simulation.peers[index].agent.localCredentials != old[index])
            #expect(simulation.peers[index].agent.remoteCredentials == simulation.peers[1 - index].agent.localCredentials)
            #expect(simulation.peers[index].count(of: .nominated) == 2)
            #expect(simulation.peers[index].agent.counters.badIntegrity == 0)
        }
        simulation.expectAgreement()
    }

    @Test("the old pair carries data at every moment of a restart whose answer takes twenty seconds")
    func continuity() {
        let simulation = ConsentTests.connected()
        simulation.signallingDelay = .seconds(10)
        let start = simulation.now
        var sent = 0
        let credentials = (0..<2).map { _ in ICECredentials(random: &simulation.network.random) }
        simulation.signal(1, .remoteCredentials(credentials[0], isLite: false), after: .seconds(10))
        simulation.handle(0, .restart(credentials[0]))
        for _ in 0..<100 {
            #expect(simulation.sendData(0))
            sent += 1
            simulation.run(for: .milliseconds(100))
        }
        #expect(simulation.peers[1].received.count == sent)
        simulation.signal(0, .remoteCredentials(credentials[1], isLite: false), after: .seconds(10))
        simulation.handle(1, .restart(credentials[1]))
        for _ in 0..<150 {
            #expect(simulation.sendData(0))
            #expect(simulation.sendData(1))
            sent += 1
            simulation.run(for: .milliseconds(100))
        }
        simulation.run(for: .seconds(1))
        #expect(simulation.peers[1].received.count == sent)
        #expect(!simulation.peers.contains { $0.states(since: start).contains(.disconnected) })
        simulation.run(for: .seconds(10))
        #expect(simulation.areCompleted)
        simulation.expectAgreement()
    }

    @Test("a restart revives what has failed")
    func revival() {
        let simulation = ConsentTests.connected()
        simulation.network.loss = 1
        simulation.run(for: .seconds(40))
        #expect(simulation.peers.map(\.agent.state) == [.failed, .failed])
        simulation.network.loss = 0
        let start = simulation.now
        simulation.restart(by: 1)
        simulation.run(for: .seconds(2))
        #expect(simulation.areCompleted)
        #expect(simulation.peers[1].states(since: start) == [.checking, .connected, .completed])
        simulation.expectAgreement()
    }

    @Test("a restart of a disconnected agent is checking (webrtc-pc §5.6.4), though the old path may come back")
    func whileDisconnected() {
        let simulation = ConsentTests.connected()
        simulation.network.loss = 1
        simulation.run(for: .seconds(15))
        simulation.handle(0, .restart(ICECredentials(random: &simulation.network.random)))
        #expect(simulation.peers[0].agent.state == .checking)
        #expect(simulation.peers[0].agent.selectedPair != nil)
        simulation.network.loss = 0
        simulation.run(for: .seconds(5))
        #expect(simulation.peers[0].agent.state == .connected)
    }

    @Test("a restart that is never answered costs nothing")
    func unanswered() {
        let simulation = ConsentTests.connected()
        let start = simulation.now
        simulation.handle(0, .restart(ICECredentials(random: &simulation.network.random)))
        simulation.run(for: .seconds(300))
        #expect(simulation.peers[0].states(since: start) == [.connected])
        #expect(simulation.peers[1].states(since: start) == [])
        #expect(simulation.sendData(0))
    }

    @Test(
        "an end that takes the other role with its restart keeps the old pair's consent until the answer comes",
        arguments: [0, 1])
    func roles(peer: Int) {
        let simulation = ConsentTests.connected()
        let start = simulation.now
        let isControlling = simulation.peers[peer].agent.isControlling
        simulation.handle(peer, .restart(ICECredentials(random: &simulation.network.random)))
        simulation.handle(peer, .setControlling(!isControlling))
        simulation.run(for: .seconds(60))
        #expect(simulation.peers[peer].states(since: start) == [.connected])
        #expect(simulation.peers[1 - peer].agent.isControlling == !isControlling)
        #expect(simulation.peers.allSatisfy { $0.agent.counters.roleConflicts == 0 })
    }

    @Test("two restarts in a row: the first one's answer is not mixed up with the second's")
    func twice() {
        let simulation = ConsentTests.connected()
        simulation.restart(by: 0)
        simulation.run(for: .milliseconds(5))
        simulation.restart(by: 0)
        simulation.run(for: .seconds(3))
        #expect(simulation.areCompleted)
        simulation.expectAgreement()
    }

    @Test("a restart gathers again: new candidates with the new fragment, and completion")
    func gathering() {
        let simulation = Simulation.behindNATs(.fullCone, .fullCone, seed: 4)
        simulation.start()
        simulation.run(for: .seconds(20))
        let before = simulation.peers[0].candidates
        simulation.restart(by: 0)
        simulation.run(for: .seconds(20))
        let after = Array(simulation.peers[0].candidates.dropFirst(before.count))
        #expect(after.map(\.kind) == [.host, .serverReflexive])
        #expect(after.map(\.foundation) == before.map(\.foundation))
        #expect(after.allSatisfy { $0.usernameFragment == simulation.peers[0].agent.localCredentials.usernameFragment })
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 2)
        #expect(simulation.areCompleted)
        simulation.expectAgreement()
    }

    @Test("a peer that changes its credentials without our changing ours is followed")
    func oneSided() {
        let simulation = Simulation(seed: 5)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.isSignalling = false
        simulation.gather(0)
        var first = ScriptedPeer(sockets: [.at("192.0.2.8")])
        first.connect(to: simulation, priorities: [100])
        first.serve(simulation, for: .milliseconds(300))
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == true)

        let gathered = simulation.peers[0].candidates.count
        var random = RandomSource(seed: 6)
        let credentials = ICECredentials(random: &random)
        simulation.lite = LitePeer(
            address: .at("192.0.2.9"), credentials: credentials,
            remoteFragment: simulation.peers[0].agent.localCredentials.usernameFragment)
        simulation.handle(0, .remoteCredentials(credentials, isLite: true))
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.9"))))
        first.serve(simulation, for: .milliseconds(300))
        #expect(simulation.peers[0].agent.selectedPair?.remote == .at("192.0.2.9"))
        #expect(simulation.peers[0].candidates.count == gathered)
    }

    @Test("a candidate of the next session that comes before its credentials is kept for it")
    func candidateAhead() {
        let simulation = ConsentTests.connected()
        let fresh = ICECredentials(random: &simulation.network.random)
        var candidate = ICECandidate.remote(.at("192.0.2.77"))
        candidate.usernameFragment = fresh.usernameFragment
        simulation.handle(0, .remoteCandidate(candidate))
        #expect(simulation.peers[0].agent.remoteCandidates.count == 1)
        simulation.handle(0, .remoteCredentials(fresh, isLite: false))
        #expect(simulation.peers[0].agent.remoteCandidates.map(\.address) == [candidate.address])
        // And it survives our own side of the restart.
        simulation.handle(0, .restart(ICECredentials(random: &simulation.network.random)))
        #expect(simulation.peers[0].agent.remoteCandidates.map(\.address) == [candidate.address])
        #expect(simulation.peers[0].agent.remoteCredentials == fresh)
    }
}
