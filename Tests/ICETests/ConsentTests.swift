import Primitives
import Testing

@testable import ICE

@Suite struct ConsentTests {
    static func connected(seed: UInt64 = 1) -> Simulation {
        let simulation = RoleTests.link(true, false, seed: seed)
        simulation.start()
        simulation.run(for: .seconds(1))
        #expect(simulation.areCompleted)
        return simulation
    }

    @Test("consent is asked for every four to six seconds, each time with a new transaction (RFC 7675 §5.1)")
    func interval() {
        let simulation = Self.connected()
        let start = simulation.now
        simulation.run(for: .seconds(300))
        let checks = simulation.peers[1].sent.filter { $0.time > start }
            .filter { STUNMessage(parsing: $0.datagram.bytes)?.messageClass == .request }
        let ids = Set(checks.compactMap { STUNMessage(parsing: $0.datagram.bytes)?.transactionID })
        #expect(ids.count == checks.count)
        let gaps = zip(checks, checks.dropFirst()).map { $1.time - $0.time }
        #expect(gaps.allSatisfy { $0 >= .seconds(4) && $0 <= .seconds(6) })
        #expect(Set(gaps).count > gaps.count / 2)
        #expect(simulation.areCompleted)
    }

    @Test("a path that dies is disconnected five to twelve seconds later, and failed when consent ends after thirty")
    func loss() throws {
        let simulation = Self.connected()
        let start = simulation.now
        simulation.network.loss = 1
        simulation.run(for: .seconds(60))
        for peer in simulation.peers {
            #expect(peer.states(since: start) == [.disconnected, .failed])
            let disconnected = try #require(peer.time(of: .disconnected))
            let failed = try #require(peer.time(of: .failed))
            #expect(disconnected - start >= .seconds(5) && disconnected - start <= .seconds(11))
            #expect(failed - start <= .seconds(30) && failed - start >= .seconds(24))
            #expect(peer.agent.selectedPair == nil)
            #expect(peer.wakeAt == nil)
        }
    }

    @Test("a path that comes back is connected again, without an event of selection")
    func recovery() {
        let simulation = Self.connected()
        let start = simulation.now
        simulation.network.loss = 1
        simulation.run(for: .seconds(20))
        #expect(simulation.peers.map(\.agent.state) == [.disconnected, .disconnected])
        #expect(simulation.peers[0].agent.selectedPair != nil)
        simulation.network.loss = 0
        simulation.run(for: .seconds(3))
        #expect(simulation.areCompleted)
        for peer in simulation.peers {
            #expect(peer.states(since: start) == [.disconnected, .connected, .completed])
            #expect(peer.selections.count == 1)
        }
        simulation.run(for: .seconds(60))
        #expect(simulation.areCompleted)
    }

    @Test("every fifth datagram lost, nobody is disconnected in five minutes", arguments: UInt64(0)..<10)
    func lossyPath(seed: UInt64) {
        let simulation = Self.connected(seed: seed)
        let start = simulation.now
        simulation.network.loss = 0.2
        simulation.run(for: .seconds(300))
        let changes = simulation.peers.flatMap { $0.states(since: start) }
        #expect(changes.isEmpty)
    }

    @Test("no check follows the end of consent, and a stranger's or late answer does not revive it")
    func silence() {
        let simulation = Self.connected()
        simulation.network.loss = 1
        simulation.run(for: .seconds(40))
        let sent = simulation.peers.map(\.sent.count)
        simulation.network.loss = 0
        simulation.run(for: .seconds(60))
        #expect(simulation.peers.map(\.sent.count) == sent)
        #expect(simulation.peers.map(\.agent.state) == [.failed, .failed])
    }

    @Test("a NAT that forgets gives the same pair a new address, and the call goes on", arguments: [true, false])
    func rebinding(isControlling: Bool) {
        let simulation = Simulation.behindNATs(.portRestricted, .fullCone, isControlling: isControlling, seed: 3)
        simulation.start()
        simulation.run(for: .seconds(20))
        #expect(simulation.areCompleted)
        simulation.network.nats[0].reset()
        simulation.run(for: .seconds(30))
        #expect(simulation.areConnected)
        simulation.expectAgreement()
        #expect(simulation.peers[0].agent.selectedPair?.candidates.local.kind == .peerReflexive)
    }

    @Test("round trips are measured and counted")
    func statistics() throws {
        let simulation = Self.connected()
        simulation.network.delay = .milliseconds(40)...(.milliseconds(40))
        simulation.run(for: .seconds(60))
        for peer in simulation.peers {
            let statistics = try #require(peer.agent.pairStatistics.first { $0.isSelected })
            #expect(statistics.currentRoundTripTime == .milliseconds(80))
            #expect(statistics.roundTripTimeMeasurements == statistics.responsesReceived)
            #expect(statistics.totalRoundTripTime > .milliseconds(80 * 8))
            #expect(statistics.consentRequestsSent >= 9)
            #expect(statistics.requestsReceived == statistics.responsesSent)
            #expect(statistics.requestsReceived >= 9)
            #expect(statistics.state == .succeeded)
            #expect(statistics.isNominated)
        }
        let sums = simulation.peers.map { $0.agent.pairStatistics[0] }
        #expect(sums[0].requestsSent + sums[0].consentRequestsSent == sums[0].responsesReceived)
    }
}
