import Primitives
import Testing

@testable import ICE

@Suite struct InterfaceTests {
    @Test("an address that comes after completion gives a new candidate and completes gathering again")
    func newAddress() {
        let simulation = ConsentTests.connected()
        let new = SocketAddress.at("192.0.2.11")
        simulation.peers[0].sockets.append(new)
        simulation.handle(0, .localAddress(new))
        #expect(simulation.peers[0].candidates.last?.address == .ip(new))
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 2)
        simulation.run(for: .seconds(5))
        #expect(simulation.areCompleted)
        // The pair in use is good: it stays.
        #expect(simulation.peers[0].agent.selectedPair?.base == .at("192.0.2.1"))
        #expect(simulation.peers[0].agent.pairStatistics.count == 2)
    }

    @Test("when the interface in use goes, a spare takes over at once, whichever end controls", arguments: [true, false])
    func spare(isControlling: Bool) {
        let simulation = Simulation(seed: 2)
        simulation.add([.at("192.0.2.1"), .at("10.0.0.1")], isControlling: isControlling)
        simulation.add([.at("192.0.2.2")], isControlling: !isControlling)
        simulation.start()
        simulation.run(for: .seconds(20))
        #expect(simulation.peers[0].agent.selectedPair?.base == .at("192.0.2.1"))
        let start = simulation.now
        simulation.peers[0].sockets.removeFirst()
        simulation.handle(0, .localAddressGone(.at("192.0.2.1")))
        #expect(simulation.peers[0].agent.selectedPair?.base == .at("10.0.0.1"))
        #expect(!simulation.peers[0].states(since: start).contains(.disconnected))
        simulation.run(for: .milliseconds(5100))
        let checks = simulation.peers[0].sent.filter { entry in
            entry.time >= start && STUNMessage(parsing: entry.datagram.bytes)?.messageClass == .request
        }
        #expect(!checks.isEmpty)
        simulation.run(for: .seconds(25))
        #expect(simulation.peers[1].agent.selectedPair?.remote == .at("10.0.0.1"))
        #expect(simulation.peers.allSatisfy { [.connected, .completed].contains($0.agent.state) })
        if isControlling { simulation.expectAgreement() }
    }

    @Test("moving to another network: the only address goes, another comes, the call goes on", arguments: [true, false])
    func roaming(isControlling: Bool) {
        let simulation = Simulation(seed: 3)
        simulation.add([.at("192.0.2.1")], isControlling: isControlling)
        simulation.add([.at("192.0.2.2")], isControlling: !isControlling)
        simulation.start()
        simulation.run(for: .seconds(20))
        let start = simulation.now
        simulation.peers[0].sockets = []
        simulation.handle(0, .localAddressGone(.at("192.0.2.1")))
        #expect(simulation.peers[0].agent.state == .disconnected)
        #expect(simulation.peers[0].agent.selectedPair == nil)
        simulation.run(for: .seconds(3))
        // The signalling is gone too: only the check tells the other end of the new address.
        simulation.isSignalling = false
        simulation.peers[0].sockets = [.at("10.7.7.7")]
        simulation.handle(0, .localAddress(.at("10.7.7.7")))
        let isBack = simulation.run(atMost: .milliseconds(200)) { [.connected, .completed].contains($0.peers[0].agent.state) }
        #expect(isBack)
        simulation.run(for: .seconds(40))
        #expect(simulation.peers[1].agent.selectedPair?.remote == .at("10.7.7.7"))
        #expect(simulation.peers[1].agent.selectedPair?.candidates.remote.kind == .peerReflexive)
        #expect(!simulation.peers.contains { $0.states(since: start).contains(.failed) })
    }

    @Test("with no address for thirty seconds the agent has failed")
    func abandonment() {
        let simulation = ConsentTests.connected()
        simulation.handle(0, .localAddressGone(.at("192.0.2.1")))
        simulation.run(for: .seconds(29))
        #expect(simulation.peers[0].agent.state == .disconnected)
        simulation.run(for: .seconds(2))
        #expect(simulation.peers[0].agent.state == .failed)
    }

    @Test("a path that dies silently gives way to a spare, and no state tells of it", arguments: UInt64(0)..<10)
    func silentDeath(seed: UInt64) {
        let simulation = Simulation(seed: seed)
        simulation.add([.at("192.0.2.1"), .at("10.0.0.1")], isControlling: seed % 2 == 0)
        simulation.add([.at("192.0.2.2")], isControlling: seed % 2 == 1)
        simulation.start()
        simulation.run(for: .seconds(20) + .milliseconds(1300) * Int(seed))
        let start = simulation.now
        simulation.network.cutOff = [SocketAddress.at("192.0.2.1").ip]
        // At most six seconds to the next check, five until it counts, and the spare has been asked meanwhile.
        simulation.run(for: .milliseconds(11_500))
        #expect(simulation.peers[0].agent.selectedPair?.base == .at("10.0.0.1"))
        #expect(simulation.peers[1].agent.selectedPair?.remote == .at("10.0.0.1"))
        simulation.run(for: .seconds(12))
        simulation.expectAgreement()
        simulation.run(for: .seconds(60))
        #expect(simulation.areConnected)
        #expect(!simulation.peers.contains { $0.states(since: start).contains(.disconnected) })
    }

    @Test("datagrams at an address that is gone are dropped and counted")
    func afterwards() {
        let simulation = ConsentTests.connected()
        simulation.handle(0, .localAddressGone(.at("192.0.2.1")))
        simulation.handle(0, .datagram(.check(to: simulation.peers[0].agent.localCredentials)))
        #expect(simulation.peers[0].agent.counters.unknownLocalAddress == 1)
    }
}
