import Primitives
import Testing

@testable import ICE

/// Networks drawn from a seed: what can connect does, and what cannot fails; nothing is stuck.
@Suite struct SeedTests {
    /// What stands between an end and the world; `nil` is nothing.
    private static let kinds: [SimulatedNAT.Kind?] = [nil] + SimulatedNAT.Kind.allCases

    @Test("a thousand networks: connected where a path exists, failed where none does", arguments: 0..<10)
    func networks(batch: UInt64) {
        for seed in batch * 100..<batch * 100 + 100 { Self.check(seed) }
    }

    private static func check(_ seed: UInt64) {
        let simulation = Simulation(seed: seed)
        var random = RandomSource(seed: seed ^ 0xABCD)
        let kinds = (0..<2).map { _ in Self.kinds.randomElement(using: &random) ?? nil }
        let serverIsAlive = Int.random(in: 0..<4, using: &random) > 0
        simulation.network.loss = [0, 0, 0.05, 0.15, 0.25].randomElement(using: &random) ?? 0
        simulation.network.duplication = [0, 0.1].randomElement(using: &random) ?? 0
        let delay = Int.random(in: 0...150, using: &random)
        simulation.network.delay = .milliseconds(delay)...(.milliseconds(delay + Int.random(in: 0...100, using: &random)))
        simulation.signallingDelay = .milliseconds(Int.random(in: 0...800, using: &random))
        simulation.isTrickling = Bool.random(using: &random)
        simulation.announcesEnd = Bool.random(using: &random)
        if serverIsAlive { simulation.servers = [ConnectivityTests.server] }
        let roles = [Bool.random(using: &random), Bool.random(using: &random)]
        for peer in 0..<2 {
            let address: SocketAddress
            if let kind = kinds[peer] {
                address = .at("10.\(peer).0.1")
                simulation.network.nats.append(
                    SimulatedNAT(kind, outside: SocketAddress.at("203.0.113.\(peer + 1)").ip, inside: [address.ip]))
            } else {
                address = .at("192.0.2.\(peer + 1)")
            }
            // Some machines also have an address that leads nowhere, preferred or not.
            let dead = SocketAddress.at("172.16.\(peer).1")
            simulation.network.cutOff.insert(dead.ip)
            let sockets = [[address], [address, dead], [dead, address]].randomElement(using: &random) ?? [address]
            simulation.add(sockets, isControlling: roles[peer], servers: [ConnectivityTests.server], seed: seed)
        }
        simulation.start()

        let story = "seed \(seed): \(kinds), server \(serverIsAlive), loss \(simulation.network.loss), roles \(roles)"
        guard hasPath(kinds, serverIsAlive: serverIsAlive) else {
            let hasFailed = simulation.run(atMost: .seconds(60)) { $0.peers.allSatisfy { $0.agent.state == .failed } }
            #expect(hasFailed, "\(story)")
            return
        }
        // Without its reflexive candidate, which loss can cost an end, nothing is promised but an end.
        let isToldApart = kinds.allSatisfy { $0 == nil } || kinds.contains { $0 == nil }
        simulation.run(for: .seconds(6))
        guard isToldApart || simulation.peers.allSatisfy({ $0.candidates.contains { $0.kind == .serverReflexive } }) else {
            simulation.run(for: .seconds(60))
            #expect(simulation.areConnected || simulation.peers.allSatisfy { $0.agent.state == .failed }, "\(story)")
            return
        }
        let isConnected = simulation.run(atMost: .seconds(25)) { $0.areConnected }
        #expect(isConnected, "\(story) \(simulation.peers.map(\.agent.state))")
        guard isConnected else { return }
        // The dust of late nominations settles.
        simulation.network.loss = min(simulation.network.loss, 0.05)
        simulation.run(for: .seconds(20))
        simulation.expectAgreement("\(story)")
        #expect(simulation.peers.allSatisfy { [.connected, .completed].contains($0.agent.state) }, "\(story)")
    }

    /// RFC 5128 §3.3.4, and what a mapping that cannot be told beforehand allows.
    private static func hasPath(_ kinds: [SimulatedNAT.Kind?], serverIsAlive: Bool) -> Bool {
        guard let first = kinds[0], let second = kinds[1] else { return true }
        guard serverIsAlive else { return false }
        func isStrict(_ kind: SimulatedNAT.Kind) -> Bool { kind == .symmetric || kind == .portRestricted }
        if first == .symmetric { return !isStrict(second) }
        if second == .symmetric { return !isStrict(first) }
        return true
    }
}
