import Primitives
import Testing

@testable import ICE

@Suite struct GatheringTests {
    static let servers = [SocketAddress.at("198.51.100.1", 3478), .at("198.51.100.2", 3478), .at("198.51.100.3", 3478)]
    static let host = SocketAddress.at("10.0.0.1")

    static func simulation(seed: UInt64 = 1, nat: SimulatedNAT.Kind? = .portRestricted, servers: [SocketAddress] = servers)
        -> Simulation
    {
        let simulation = Simulation(seed: seed)
        if let nat {
            simulation.network.nats = [SimulatedNAT(nat, outside: SocketAddress.at("203.0.113.1").ip, inside: [host.ip])]
        }
        simulation.add([host], isControlling: true, servers: servers)
        return simulation
    }

    @Test("without servers, gathering completes at once, and only after the last address has been given")
    func hostOnly() {
        let simulation = Self.simulation(servers: [])
        simulation.handle(0, .localAddress(Self.host))
        #expect(simulation.peers[0].candidates.count == 1)
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 0)
        simulation.handle(0, .noMoreLocalAddresses)
        #expect(simulation.peers[0].time(of: .gatheringComplete) == .zero)
        #expect(simulation.peers[0].agent.isGatheringComplete)
    }

    @Test("an end that knows its peer tells of a path that works, and then of the end of gathering")
    func pathFirst() {
        let simulation = Self.simulation(nat: nil, servers: [])
        var peer = ScriptedPeer(sockets: [.at("192.0.2.2")])
        peer.connect(to: simulation, priorities: [1000])
        simulation.gather(0)
        simulation.run(for: .milliseconds(20))
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 0)
        peer.serve(simulation, for: .milliseconds(5))
        #expect(simulation.peers[0].time(of: .connected) == .zero + .milliseconds(20))
        #expect(simulation.peers[0].time(of: .gatheringComplete) == .zero + .milliseconds(20))
        let said = simulation.peers[0].events.map(\.event)
        #expect((said.firstIndex(of: .stateChanged(.connected)) ?? .max) < (said.firstIndex(of: .gatheringComplete) ?? 0))
    }

    @Test("a peer that does not answer holds the end of gathering back by a tenth of a second")
    func silentPeer() {
        let simulation = Self.simulation(nat: nil, servers: [])
        ScriptedPeer(sockets: [.at("192.0.2.2")]).connect(to: simulation, priorities: [1000])
        simulation.gather(0)
        simulation.run(for: .seconds(1))
        #expect(simulation.peers[0].time(of: .gatheringComplete) == .zero + .milliseconds(100))
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 1)
    }

    @Test("gathering completes as soon as all servers have answered")
    func promptness() {
        let simulation = Self.simulation()
        simulation.servers = Set(Self.servers)
        simulation.gather(0)
        simulation.run(for: .seconds(10))
        // Three questions, Ta apart, and a round trip of 20 to 40 ms.
        let end = simulation.peers[0].time(of: .gatheringComplete)
        #expect(end.map { $0 <= .zero + .milliseconds(140) } ?? false)
        #expect(simulation.peers[0].sent.prefix(3).map(\.time) == [0, 50, 100].map { .zero + .milliseconds($0) })
    }

    @Test("one mapping seen by three servers is one candidate")
    func redundancy() {
        let simulation = Self.simulation()
        simulation.servers = Set(Self.servers)
        simulation.gather(0)
        simulation.run(for: .seconds(10))
        #expect(simulation.peers[0].candidates.map(\.kind) == [.host, .serverReflexive])
        let reflexive = simulation.peers[0].candidates.last
        #expect(reflexive?.relatedAddress == Self.host)
        #expect(reflexive?.socketAddress?.ip == SocketAddress.at("203.0.113.1").ip)
        #expect(reflexive?.foundation != simulation.peers[0].candidates.first?.foundation)
    }

    @Test("a symmetric NAT gives a candidate for each server, with priorities and foundations of their own")
    func symmetric() {
        let simulation = Self.simulation(nat: .symmetric)
        simulation.servers = Set(Self.servers)
        simulation.gather(0)
        simulation.run(for: .seconds(10))
        let candidates = simulation.peers[0].candidates
        #expect(candidates.count == 4)
        #expect(Set(candidates.map(\.priority)).count == 4)
        #expect(Set(candidates.map(\.foundation)).count == 4)
    }

    @Test("without a NAT the server shows nothing new")
    func noNAT() {
        let simulation = Self.simulation(nat: nil)
        simulation.servers = Set(Self.servers)
        simulation.gather(0)
        simulation.run(for: .seconds(10))
        #expect(simulation.peers[0].candidates.map(\.kind) == [.host])
    }

    @Test("with dead servers gathering completes after five seconds, and has asked each six times")
    func deadServers() {
        let simulation = Self.simulation()
        simulation.gather(0)
        simulation.run(for: .seconds(30))
        #expect(simulation.peers[0].time(of: .gatheringComplete) == .zero + .seconds(5))
        for server in Self.servers { #expect(simulation.peers[0].sent.count { $0.datagram.remote == server } == 6) }
    }

    @Test("one server's answer shortens the wait for the dead ones to a second")
    func oneAlive() {
        let simulation = Self.simulation()
        simulation.servers = [Self.servers[1]]
        simulation.gather(0)
        simulation.run(for: .seconds(30))
        let end = simulation.peers[0].time(of: .gatheringComplete)
        #expect(end.map { $0 > .zero + .seconds(1) && $0 < .zero + .milliseconds(1100) } ?? false)
        #expect(simulation.peers[0].candidates.count == 2)
    }

    @Test("a lost question is repeated")
    func loss() {
        var found = 0
        for seed in 0..<40 {
            let simulation = Self.simulation(seed: UInt64(seed), servers: [Self.servers[0]])
            simulation.servers = [Self.servers[0]]
            simulation.network.loss = 0.3
            simulation.gather(0)
            simulation.run(for: .seconds(10))
            #expect(simulation.peers[0].agent.isGatheringComplete)
            found += simulation.peers[0].candidates.count - 1
        }
        // Six tries of 0.7² each fail once in fifty.
        #expect(found >= 37)
    }

    @Test("servers are asked from bases of their own family only, and never from loopback")
    func families() {
        let v6Server = SocketAddress.at("2001:db8::53", 3478)
        let simulation = Simulation(seed: 3)
        let sockets: [SocketAddress] = [.at("127.0.0.1"), .at("192.0.2.1"), .at("2001:db8::1"), .at("fe80::1%2"), .at("::1")]
        simulation.add(sockets, isControlling: true, servers: [Self.servers[0], v6Server])
        simulation.gather(0)
        simulation.run(for: .seconds(10))
        let asked = Set(simulation.peers[0].sent.map { [$0.datagram.local, $0.datagram.remote] })
        #expect(asked == [[.at("192.0.2.1"), Self.servers[0]], [.at("2001:db8::1"), v6Server]])
    }

    @Test("an answer from elsewhere, or to another question, is not believed")
    func forgery() throws {
        let simulation = Self.simulation(servers: [Self.servers[0]])
        simulation.gather(0)
        let question = try #require(simulation.peers[0].sent.first?.datagram)
        let request = try #require(STUNMessage(parsing: question.bytes))
        var random = RandomSource(seed: 9)
        let stranger = STUNTransactionID(random: &random)
        for (id, source) in [(request.transactionID, SocketAddress.at("198.51.100.99", 3478)), (stranger, Self.servers[0])] {
            let answer = STUNMessage(
                .successResponse, transactionID: id, attributes: [.xorMappedAddress(.at("203.0.113.66", 1), id)])
            simulation.handle(0, .datagram(Datagram(local: Self.host, remote: source, bytes: answer.encoded())))
        }
        #expect(simulation.peers[0].candidates.count == 1)
        #expect(simulation.peers[0].agent.counters.unmatchedResponses == 2)
    }

    @Test("an error of the server ends the question")
    func refusal() throws {
        let simulation = Self.simulation(servers: [Self.servers[0]])
        simulation.gather(0)
        let request = try #require(simulation.peers[0].sent.first.flatMap { STUNMessage(parsing: $0.datagram.bytes) })
        let answer = STUNMessage(.errorResponse, transactionID: request.transactionID, attributes: [.errorCode(.serverError)])
        simulation.handle(0, .datagram(Datagram(local: Self.host, remote: Self.servers[0], bytes: answer.encoded())))
        #expect(simulation.peers[0].agent.isGatheringComplete)
    }

    @Test("mappings are refreshed every fifteen seconds until a pair works")
    func refresh() {
        let simulation = Simulation.behindNATs(.portRestricted, .portRestricted, seed: 5)
        simulation.gather(0)
        simulation.run(for: .seconds(46))
        func asked() -> Int { simulation.peers[0].sent.count { $0.datagram.remote == ConnectivityTests.server } }
        #expect(asked() == 4)
        #expect(simulation.peers[0].agent.counters.unmatchedResponses == 0)
        simulation.describe(0)
        simulation.gather(1)
        simulation.describe(1)
        simulation.run(for: .seconds(1))
        #expect(simulation.areConnected)
        let before = asked()
        simulation.run(for: .seconds(60))
        #expect(asked() == before)
    }
}
