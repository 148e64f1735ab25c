import Primitives
import Testing

@testable import ICE

@Suite struct LitePeerTests {
    static let address = SocketAddress.at("198.51.100.20", 7000)

    static func simulation(isControlling: Bool, nat: SimulatedNAT.Kind? = nil, seed: UInt64 = 1) -> Simulation {
        let simulation = Simulation(seed: seed)
        if let nat {
            simulation.network.nats = [
                SimulatedNAT(nat, outside: SocketAddress.at("203.0.113.1").ip, inside: [SocketAddress.at("10.0.0.1").ip])
            ]
        }
        simulation.add([.at("10.0.0.1")], isControlling: isControlling)
        simulation.gather(0)
        let theirs = ICECredentials(random: &simulation.network.random)
        simulation.lite = LitePeer(
            address: address, credentials: theirs, remoteFragment: simulation.peers[0].agent.localCredentials.usernameFragment)
        simulation.handle(0, .remoteCredentials(theirs, isLite: true))
        simulation.handle(0, .remoteCandidate(.remote(address)))
        simulation.handle(0, .noMoreRemoteCandidates)
        return simulation
    }

    @Test("against a lite end the agent controls, whatever offer and answer made of it", arguments: [true, false])
    func role(isControlling: Bool) {
        let simulation = Self.simulation(isControlling: isControlling)
        #expect(simulation.peers[0].agent.isControlling)
        simulation.handle(0, .setControlling(false))
        #expect(simulation.peers[0].agent.isControlling)
        let isDone = simulation.run(atMost: .milliseconds(200)) { $0.peers[0].agent.state == .completed }
        #expect(isDone)
        #expect(simulation.lite?.nominated == .at("10.0.0.1"))
        #expect(simulation.lite?.misguided == 0)
    }

    @Test("a lite end is reached through any NAT, without a server", arguments: SimulatedNAT.Kind.allCases)
    func throughNAT(kind: SimulatedNAT.Kind) {
        let simulation = Self.simulation(isControlling: false, nat: kind)
        simulation.run(for: .seconds(1))
        let agent = simulation.peers[0].agent
        #expect(agent.state == .completed)
        #expect(agent.selectedPair?.candidates.local.kind == .peerReflexive)
        #expect(agent.selectedPair?.candidates.local.relatedAddress == .at("10.0.0.1"))
        // The owner is not told of a candidate that the peer knows already (RFC 8445 §7.2.5.3.1).
        #expect(simulation.peers[0].candidates.map(\.kind) == [.host])
    }

    @Test("a lite end that loses every third datagram is kept, never disconnected, for ten minutes")
    func endurance() {
        for seed in UInt64(0)..<5 {
            let simulation = Self.simulation(isControlling: true, nat: .portRestricted, seed: seed)
            simulation.run(for: .seconds(1))
            simulation.network.loss = 0.1
            let start = simulation.now
            simulation.run(for: .seconds(600))
            #expect(simulation.peers[0].states(since: start + .milliseconds(1)).isEmpty, "seed \(seed)")
        }
    }
}
