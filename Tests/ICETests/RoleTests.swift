import Primitives
import Testing

@testable import ICE

@Suite struct RoleTests {
    static func link(_ first: Bool, _ second: Bool, seed: UInt64) -> Simulation {
        let simulation = Simulation(seed: seed)
        simulation.add([.at("192.0.2.1")], isControlling: first, seed: seed)
        simulation.add([.at("192.0.2.2")], isControlling: second, seed: seed)
        return simulation
    }

    @Test("two ends that both control, or neither, settle it and connect", arguments: [true, false])
    func conflict(isControlling: Bool) {
        // Which end yields depends on the tie-breakers: several seeds see both.
        var yielded = Set<Int>()
        for seed in UInt64(0)..<20 {
            let simulation = Self.link(isControlling, isControlling, seed: seed)
            simulation.start()
            let isDone = simulation.run(atMost: .seconds(1)) { $0.areCompleted }
            #expect(isDone, "seed \(seed)")
            simulation.expectAgreement("seed \(seed)")
            for peer in 0..<2 where simulation.peers[peer].agent.isControlling != isControlling { yielded.insert(peer) }
        }
        #expect(yielded == [0, 1])
    }

    @Test("a conflict over a bad network is settled too", arguments: UInt64(0)..<20)
    func conflictWithLoss(seed: UInt64) {
        let simulation = Self.link(seed % 2 == 0, seed % 2 == 0, seed: seed)
        simulation.network.loss = 0.3
        simulation.network.duplication = 0.2
        simulation.network.delay = .milliseconds(1)...(.milliseconds(200))
        simulation.start()
        let isDone = simulation.run(atMost: .seconds(30)) { $0.areConnected }
        #expect(isDone)
        simulation.network.loss = 0
        simulation.run(for: .seconds(12))
        simulation.expectAgreement()
    }

    @Test("a request with our role and the lower tie-breaker is answered 487 and sealed")
    func refusal() throws {
        let simulation = Self.link(true, true, seed: 1)
        simulation.isSignalling = false
        simulation.gather(0)
        let ours = simulation.peers[0].agent.localCredentials
        simulation.handle(0, .datagram(.check(to: ours, attributes: [.iceControlling(0)])))
        let answer = try #require(simulation.peers[0].sent.last.flatMap { STUNMessage(parsing: $0.datagram.bytes) })
        #expect(answer.messageClass == .errorResponse)
        #expect(answer.errorCode == .roleConflict)
        #expect(answer.isAuthentic(key: Array(ours.password.utf8)))
        #expect(simulation.peers[0].agent.isControlling)
        // And with the higher one, the agent yields and answers.
        simulation.handle(0, .datagram(.check(to: ours, attributes: [.iceControlling(.max)])))
        let second = simulation.peers[0].sent.last.flatMap { STUNMessage(parsing: $0.datagram.bytes) }
        #expect(second?.messageClass == .successResponse)
        #expect(!simulation.peers[0].agent.isControlling)
        #expect(simulation.peers[0].agent.counters.roleConflicts == 2)
    }

    @Test("a peer that answers 487 for ever fails the pair in the end")
    func endlessConflict() throws {
        let simulation = Self.link(true, true, seed: 2)
        simulation.isSignalling = false
        simulation.gather(0)
        var random = RandomSource(seed: 1)
        let theirs = ICECredentials(random: &random)
        simulation.handle(0, .remoteCredentials(theirs, isLite: false))
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.2"))))
        var answered = 0
        while answered < 100, simulation.peers[0].agent.pairStatistics.first?.state != .failed {
            let check = try #require(simulation.peers[0].sent.last?.datagram)
            let request = try #require(STUNMessage(parsing: check.bytes))
            let answer = STUNMessage(
                .errorResponse, transactionID: request.transactionID, attributes: [.errorCode(.roleConflict)])
            simulation.handle(
                0,
                .datagram(
                    Datagram(local: check.local, remote: check.remote, bytes: answer.encoded(key: Array(theirs.password.utf8)))))
            answered += 1
            simulation.run(for: .milliseconds(60))
        }
        #expect(answered == ICELimits.roleConflicts + 1)
    }

    @Test("the controlling end nominates once, with USE-CANDIDATE in a check of its own (regular nomination)")
    func regularNomination() {
        let simulation = Self.link(true, false, seed: 3)
        simulation.start()
        simulation.run(for: .seconds(2))
        let requests = simulation.peers[0].sent.compactMap { STUNMessage(parsing: $0.datagram.bytes) }
            .filter { $0.messageClass == .request }
        #expect(requests.first?.usesCandidate == false)
        #expect(requests.count { $0.usesCandidate } == 1)
        let answers = simulation.peers[1].sent.compactMap { STUNMessage(parsing: $0.datagram.bytes) }
        #expect(!answers.contains { $0.usesCandidate })
    }

    @Test("a better pair is nominated too while the call begins, and not later", arguments: [(1, true), (4, false)])
    func renomination(seconds: Int, isTaken: Bool) {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8"), .at("192.0.2.9")])
        let simulation = Simulation(seed: 7)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.connect(to: simulation, priorities: [100])
        peer.serve(simulation, for: .seconds(seconds))
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[0])
        simulation.handle(0, .remoteCandidate(.remote(peer.sockets[1], priority: 200, foundation: "2")))
        peer.serve(simulation, for: .seconds(1))
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[isTaken ? 1 : 0])
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == true)
    }

    @Test("the first pair that works waits a tenth of a second for a better one that is still being checked")
    func nominationGrace() {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8"), .at("192.0.2.9")])
        peer.deaf = [peer.sockets[0]]
        let simulation = Simulation(seed: 8)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.connect(to: simulation, priorities: [200, 100])
        peer.serve(simulation, for: .milliseconds(120))
        #expect(simulation.peers[0].agent.state == .connected)
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == false)
        peer.serve(simulation, for: .milliseconds(60))
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == true)
    }

    @Test("a pair that the peer checks goes ahead of all others")
    func triggeredCheck() {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8")])
        let simulation = Simulation(seed: 9)
        simulation.add([.at("192.0.2.1")], isControlling: true)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.connect(to: simulation, priorities: [])
        for port in UInt16(1)...20 {
            simulation.handle(
                0, .remoteCandidate(.remote(.at("192.0.2.77", port), priority: 2_000_000_000, foundation: "f\(port)")))
        }
        peer.check(simulation, from: 0, attributes: [.iceControlled(1), .priority(1)])
        peer.serve(simulation, for: .milliseconds(60))
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[0])
    }

    @Test(
        "aggressive nomination: of all named pairs the best is used, in whatever order they are named", arguments: [true, false])
    func aggressiveNomination(bestFirst: Bool) {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8"), .at("192.0.2.9")])
        let simulation = Simulation(seed: 4)
        simulation.add([.at("192.0.2.1")], isControlling: false)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.connect(to: simulation, priorities: [200, 100])
        peer.serve(simulation, for: .milliseconds(300))
        for socket in bestFirst ? [0, 1] : [1, 0] {
            peer.check(simulation, from: socket, attributes: [.iceControlling(1), .useCandidate])
            peer.serve(simulation, for: .milliseconds(300))
        }
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[0])
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == true)
    }

    @Test("long after the first nomination, an end that names a worse pair means it")
    func laterNomination() {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8"), .at("192.0.2.9")])
        let simulation = Simulation(seed: 5)
        simulation.add([.at("192.0.2.1")], isControlling: false)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.connect(to: simulation, priorities: [200, 100])
        peer.serve(simulation, for: .milliseconds(300))
        peer.check(simulation, from: 0, attributes: [.iceControlling(1), .useCandidate])
        peer.serve(simulation, for: .seconds(8))
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[0])
        peer.check(simulation, from: 1, attributes: [.iceControlling(1), .useCandidate])
        peer.serve(simulation, for: .milliseconds(300))
        #expect(simulation.peers[0].agent.selectedPair?.remote == peer.sockets[1])
    }

    @Test("USE-CANDIDATE that comes before our own check has succeeded takes effect when it does")
    func nominationAhead() {
        var peer = ScriptedPeer(sockets: [.at("192.0.2.8")])
        let simulation = Simulation(seed: 6)
        simulation.add([.at("192.0.2.1")], isControlling: false)
        simulation.isSignalling = false
        simulation.gather(0)
        peer.check(simulation, from: 0, attributes: [.iceControlling(1), .useCandidate])
        #expect(simulation.peers[0].agent.selectedPair == nil)
        peer.connect(to: simulation, priorities: [])
        peer.serve(simulation, for: .milliseconds(300))
        #expect(simulation.peers[0].agent.selectedPair?.isNominated == true)
    }
}
