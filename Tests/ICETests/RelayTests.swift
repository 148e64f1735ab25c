import Primitives
import Testing

@testable import ICE

@Suite struct RelayTests {
    static let relayAddress = SocketAddress.at("198.51.100.1", 3478)

    static func server(_ address: SocketAddress = relayAddress, password: String = "secret", transport: RelayProtocol = .udp) -> RelayServer {
        RelayServer(
            address: address, transport: transport, host: "relay.example", username: "nearend", credential: password,
            url: "turn:relay.example")
    }

    /// The first end may use a relay only; nothing else is between the two.
    static func call(seed: UInt64 = 1, policy: ICEConfiguration.Policy = .relay, changing: (inout SimulatedRelay) -> Void = { _ in }) -> Simulation {
        let simulation = Simulation(seed: seed)
        var relay = SimulatedRelay(address: relayAddress)
        changing(&relay)
        simulation.relays = [relay]
        simulation.add([.at("192.0.2.1")], isControlling: true, relays: [server()], policy: policy, seed: seed)
        simulation.add([.at("203.0.113.1")], isControlling: false, seed: seed)
        return simulation
    }

    @Test("with the policy “relay” two ends meet at the relay, and no other address of ours is told or used")
    func relayOnly() throws {
        let simulation = Self.call()
        simulation.start()
        simulation.run(for: .seconds(3))
        simulation.expectAgreement()
        let ours = simulation.peers[0]
        #expect(ours.candidates.map(\.kind) == [.relayed])
        let candidate = try #require(ours.candidates.first)
        #expect(candidate.socketAddress?.ip == Self.relayAddress.ip)
        #expect(candidate.attributeValue.contains(" typ relay raddr 0.0.0.0 rport 0"))
        #expect(candidate.relayProtocol == .udp && candidate.url == "turn:relay.example")
        #expect(ours.sent.allSatisfy { $0.datagram.remote == Self.relayAddress })
        #expect(simulation.areCompleted)
    }

    @Test("a relayed candidate tells where the relay sees us, and comes last")
    func allCandidates() throws {
        let simulation = Self.call(policy: .all)
        simulation.start()
        simulation.run(for: .seconds(3))
        #expect(simulation.areCompleted)
        let candidates = simulation.peers[0].candidates
        #expect(candidates.map(\.kind) == [.host, .relayed])
        #expect(candidates.last?.relatedAddress == .at("192.0.2.1"))
        #expect((candidates.last?.priority ?? .max) < (candidates.first?.priority ?? 0))
        #expect(simulation.peers[0].agent.selectedPair?.candidates.local.kind == .host)
    }

    @Test("the pair in use gets a channel")
    func channel() {
        let simulation = Self.call()
        simulation.start()
        simulation.run(for: .seconds(3))
        let indications = simulation.relays[0].count[STUNMessage.send] ?? 0
        for _ in 0..<10 { simulation.sendData(0) }
        simulation.run(for: .seconds(1))
        #expect(simulation.relays[0].count[STUNMessage.channelBind] == 1)
        #expect(simulation.relays[0].channelMessages >= 10)
        #expect(simulation.relays[0].count[STUNMessage.send] ?? 0 == indications)
    }

    @Test("an hour passes: nonces go stale, allocation, permissions and channel are renewed, nothing is lost", arguments: 1...5 as ClosedRange<UInt64>)
    func hour(seed: UInt64) {
        let simulation = Self.call(seed: seed) { $0.nonceLifetime = .seconds(100) }
        simulation.network.loss = 0.05
        simulation.start()
        simulation.run(for: .seconds(20))
        #expect(simulation.areConnected)
        let start = simulation.now
        for _ in 0..<60 {
            simulation.run(for: .seconds(60))
            simulation.sendData(0)
            simulation.sendData(1)
        }
        #expect(!simulation.peers[0].states(since: start).contains(.failed))
        #expect(simulation.relays[0].turnedAway == 0)
        #expect((simulation.relays[0].count[STUNMessage.refresh] ?? 0) >= 6)
        simulation.expectAgreement()
    }

    @Test("a wrong password is told as 401, and gathering ends")
    func wrongPassword() {
        let simulation = Self.call { $0.password = "other" }
        simulation.start()
        simulation.run(for: .seconds(3))
        let error = CandidateError(local: .at("192.0.2.1"), url: "turn:relay.example", code: 401, text: "Unauthenticated")
        #expect(simulation.peers[0].count(of: .candidateError(error)) == 1)
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 1)
        #expect(simulation.peers[0].candidates.isEmpty)
    }

    @Test("a refusal is told with its code", arguments: [.allocationQuotaReached, .forbidden, .wrongCredentials] as [STUNErrorCode])
    func refusal(code: STUNErrorCode) {
        let simulation = Self.call { $0.refusal = code }
        simulation.start()
        simulation.run(for: .seconds(3))
        let codes = simulation.peers[0].events.compactMap { entry in
            if case .candidateError(let error) = entry.event { error.code } else { nil }
        }
        #expect(codes == [code.rawValue])
    }

    @Test("a relay that is silent is told as 701 after five seconds")
    func silence() {
        let simulation = Self.call()
        simulation.network.cutOff = [Self.relayAddress.ip]
        simulation.start()
        simulation.run(for: .seconds(6))
        let errors = simulation.peers[0].events.compactMap { entry in
            if case .candidateError(let error) = entry.event { error.code } else { nil }
        }
        #expect(errors == [701])
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 1)
    }

    @Test("a relay may send us to another one")
    func redirection() {
        let other = SocketAddress.at("198.51.100.2", 3479)
        let simulation = Self.call { $0.alternate = other }
        simulation.relays.append(SimulatedRelay(address: other))
        simulation.start()
        simulation.run(for: .seconds(3))
        #expect(simulation.peers[0].candidates.map { $0.socketAddress?.ip } == [other.ip])
        simulation.expectAgreement()
    }

    @Test("relays that send us round in circles are given up")
    func circle() {
        let other = SocketAddress.at("198.51.100.2", 3479)
        let simulation = Self.call { $0.alternate = other }
        var second = SimulatedRelay(address: other)
        second.alternate = Self.relayAddress
        simulation.relays.append(second)
        simulation.start()
        simulation.run(for: .seconds(10))
        #expect(simulation.peers[0].count(of: .gatheringComplete) == 1)
        #expect(simulation.peers[0].candidates.isEmpty)
    }

    @Test("a restart presents the relayed address anew, and data flows all the while")
    func restart() {
        let simulation = Self.call()
        simulation.start()
        simulation.run(for: .seconds(3))
        simulation.restart(by: 0)
        var sent = 0
        for _ in 0..<100 {
            simulation.run(for: .milliseconds(20))
            if simulation.sendData(1) { sent += 1 }
        }
        #expect(sent == 100)
        simulation.run(for: .seconds(3))
        #expect(simulation.peers[0].received.count == 100)
        #expect(simulation.peers[0].candidates.count == 2)
        #expect(Set(simulation.peers[0].candidates.map(\.usernameFragment)).count == 2)
        simulation.expectAgreement()
    }

    @Test("closing gives the address back")
    func close() {
        let simulation = Self.call()
        simulation.start()
        simulation.run(for: .seconds(3))
        #expect(simulation.relays[0].relayedAddresses.count == 1)
        simulation.handle(0, .close)
        simulation.run(for: .seconds(1))
        #expect(simulation.relays[0].relayedAddresses.isEmpty)
    }

    @Test("a port that a former owner left an allocation on is cleared")
    func leftover() {
        let simulation = Self.call()
        simulation.gather(0)
        simulation.run(for: .seconds(1))
        // The same socket and name again, as after a crash.
        simulation.peers[0].agent = ICEAgent(
            configuration: ICEConfiguration(relays: [Self.server()], policy: .relay), isControlling: true, random: RandomSource(seed: 9))
        simulation.start()
        simulation.run(for: .seconds(3))
        simulation.expectAgreement()
    }

    @Test("an end that only its relay connects fails when the relay forgets it")
    func forgotten() {
        let simulation = Self.call { $0.lifetime = .seconds(120) }
        simulation.start()
        simulation.run(for: .seconds(3))
        simulation.relays[0] = SimulatedRelay(address: Self.relayAddress)
        simulation.run(for: .seconds(120))
        #expect(simulation.peers[0].agent.state == .failed)
        #expect(simulation.peers[0].wakeAt == nil)
    }
}
