import Primitives
import Testing

@testable import ICE

@Suite struct HostileInputTests {
    static func agent() -> (Simulation, ICECredentials) {
        let simulation = RoleTests.link(false, true, seed: 1)
        simulation.isSignalling = false
        simulation.gather(0)
        return (simulation, simulation.peers[0].agent.localCredentials)
    }

    @Test("what is not authentic is dropped, counted by its fault, and never answered")
    func unauthentic() {
        let (simulation, ours) = Self.agent()
        let wrongKey = Datagram.check(to: ours, key: "someone else's password")
        var broken = Datagram.check(to: ours)
        broken.bytes[30] ^= 1
        var unsealed = wrongKey
        var random = RandomSource(seed: 1)
        let id = STUNTransactionID(random: &random)
        unsealed.bytes = STUNMessage(.request, transactionID: id, attributes: [.username("\(ours.usernameFragment):x")]).encoded()
        var nameless = wrongKey
        nameless.bytes = STUNMessage(.request, transactionID: id).encoded(key: Array(ours.password.utf8))
        var stranger = wrongKey
        stranger.bytes = STUNMessage(.request, transactionID: id, attributes: [.username("nobody:x")]).encoded(key: [1])
        var allocate = wrongKey
        allocate.bytes = STUNMessage(.request, method: 3, transactionID: id).encoded()
        var answer = wrongKey
        answer.bytes = STUNMessage(.successResponse, transactionID: id).encoded()
        var noise = wrongKey
        noise.bytes = [0, 1, 2, 3]
        for datagram in [wrongKey, broken, unsealed, nameless, stranger, allocate, answer, noise] {
            simulation.handle(0, .datagram(datagram))
        }
        let counters = simulation.peers[0].agent.counters
        #expect(counters.badIntegrity == 2)
        #expect(counters.badFingerprint == 1)
        #expect(counters.unknownUsername == 2)
        #expect(counters.unknownMethod == 1)
        #expect(counters.unmatchedResponses == 1)
        #expect(counters.malformed == 1)
        #expect(simulation.peers[0].sent.isEmpty)
    }

    @Test("an attribute that must be understood and is not, is answered 420 with its number (RFC 8489 §6.3.1)")
    func unknownAttribute() throws {
        let (simulation, ours) = Self.agent()
        let unknown = STUNAttributeType(rawValue: 0x7ABC)
        simulation.handle(
            0,
            .datagram(
                .check(to: ours, attributes: [.init(unknown, value: [1]), .init(.init(rawValue: 0xC057), value: [0, 0, 0, 1])])))
        let answer = try #require(simulation.peers[0].sent.last.flatMap { STUNMessage(parsing: $0.datagram.bytes) })
        #expect(answer.errorCode == .unknownAttribute)
        #expect(answer.unknownAttributes == [unknown])
        #expect(answer.isAuthentic(key: Array(ours.password.utf8)))
        #expect(simulation.peers[0].agent.counters.refusedRequests == 1)
    }

    @Test("checks from a thousand ports make no more than the allowed candidates and pairs")
    func manySources() {
        let (simulation, ours) = Self.agent()
        var random = RandomSource(seed: 2)
        let theirs = ICECredentials(random: &random)
        func flood() {
            for port in UInt16(1)...1000 {
                simulation.handle(
                    0,
                    .datagram(
                        .check(
                            to: ours, from: .at("192.0.2.2", port), fragment: theirs.usernameFragment,
                            attributes: [.iceControlling(1)])))
            }
        }
        flood()
        simulation.handle(0, .remoteCredentials(theirs, isLite: false))
        #expect(simulation.peers[0].agent.remoteCandidates.count == ICELimits.earlyChecks)
        flood()
        #expect(simulation.peers[0].agent.remoteCandidates.count == ICELimits.peerReflexiveCandidates)
        #expect(simulation.peers[0].agent.pairStatistics.count == ICELimits.peerReflexiveCandidates)
        #expect(simulation.peers[0].agent.counters.candidatesOverLimit > 1900)
        simulation.run(for: .seconds(120))
        #expect(simulation.peers[0].agent.state == .failed)
        #expect(simulation.peers[0].sent.count < 4000)
    }

    @Test("a thousand signalled candidates make no more than the allowed candidates and pairs, and the good one still works")
    func manyCandidates() {
        let simulation = Simulation(seed: 3)
        simulation.add([.at("192.0.2.1"), .at("10.0.0.1")], isControlling: true)
        simulation.add([.at("192.0.2.2")], isControlling: false)
        simulation.isSignalling = false
        simulation.start()
        for port in UInt16(1)...1000 {
            simulation.handle(
                0, .remoteCandidate(.remote(.at("192.0.2.99", port), priority: UInt32(port) << 16, foundation: "\(port)")))
        }
        #expect(simulation.peers[0].agent.remoteCandidates.count == ICELimits.remoteCandidates)
        #expect(simulation.peers[0].agent.pairStatistics.count == ICELimits.pairs)
        #expect(simulation.peers[0].agent.counters.pairsOverLimit > 0)
        // The other end finds us by its check, for which room is made.
        simulation.handle(1, .remoteCandidate(.remote(.at("192.0.2.1"))))
        simulation.run(for: .seconds(20))
        #expect(simulation.peers[1].agent.state != .failed)
    }

    @Test("candidates that nobody can reach are ignored: TCP, names, component 2, port 0, any, multicast, broadcast")
    func useless() {
        let (simulation, _) = Self.agent()
        let tcp = "candidate:1 1 tcp 1 192.0.2.5 9 typ host tcptype active"
        let rtcp = "candidate:1 2 udp 1 192.0.2.5 9 typ host"
        let name = "candidate:1 1 udp 1 x.local 9 typ host"
        let addresses = ["0.0.0.0", "::", "224.0.0.251", "ff02::fb", "255.255.255.255"].map {
            "candidate:1 1 udp 1 \($0) 9 typ host"
        }
        let portless = "candidate:1 1 udp 1 192.0.2.5 0 typ host"
        for text in [tcp, rtcp, name, portless] + addresses {
            guard let candidate = try? ICECandidate(parsing: text) else {
                Issue.record("not parsed: \(text)")
                continue
            }
            simulation.handle(0, .remoteCandidate(candidate))
        }
        #expect(simulation.peers[0].agent.remoteCandidates.isEmpty)
        #expect(simulation.peers[0].agent.counters.ignoredCandidates == 9)
    }

    @Test("the highest priority that can be written overflows nothing")
    func priorities() {
        let (simulation, ours) = Self.agent()
        var random = RandomSource(seed: 2)
        let theirs = ICECredentials(random: &random)
        simulation.handle(0, .remoteCredentials(theirs, isLite: false))
        simulation.handle(0, .remoteCandidate(.remote(.at("192.0.2.5"), priority: .max)))
        simulation.handle(
            0,
            .datagram(.check(to: ours, fragment: theirs.usernameFragment, attributes: [.priority(.max), .iceControlling(.max)])))
        simulation.handle(0, .setControlling(true))
        #expect(simulation.peers[0].agent.pairStatistics.count == 2)
    }

    @Test("a response that comes another way than its request fails the pair (RFC 8445 §7.2.5.2.1)")
    func asymmetry() throws {
        let (simulation, _) = Self.agent()
        let peer = ScriptedPeer(sockets: [.at("192.0.2.8")])
        peer.connect(to: simulation, priorities: [100])
        let check = try #require(simulation.peers[0].sent.last?.datagram)
        let request = try #require(STUNMessage(parsing: check.bytes))
        let answer = STUNMessage(
            .successResponse, transactionID: request.transactionID,
            attributes: [.xorMappedAddress(check.local, request.transactionID)])
        simulation.handle(
            0,
            .datagram(
                Datagram(
                    local: check.local, remote: .at("192.0.2.66"),
                    bytes: answer.encoded(key: Array(peer.credentials.password.utf8)))))
        #expect(simulation.peers[0].agent.pairStatistics.map(\.state) == [.failed])
        #expect(simulation.peers[0].agent.selectedPair == nil)
    }

    @Test("a forged answer without our peer's password does not select a pair")
    func forgedAnswer() throws {
        let (simulation, _) = Self.agent()
        let peer = ScriptedPeer(sockets: [.at("192.0.2.8")])
        peer.connect(to: simulation, priorities: [100])
        let check = try #require(simulation.peers[0].sent.last?.datagram)
        let request = try #require(STUNMessage(parsing: check.bytes))
        for key in [nil, Array("wrong".utf8)] {
            for messageClass in [STUNMessage.Class.successResponse, .errorResponse] {
                let answer = STUNMessage(
                    messageClass, transactionID: request.transactionID,
                    attributes: [.xorMappedAddress(check.local, request.transactionID), .errorCode(.roleConflict)])
                simulation.handle(
                    0, .datagram(Datagram(local: check.local, remote: check.remote, bytes: answer.encoded(key: key))))
            }
        }
        #expect(simulation.peers[0].agent.pairStatistics.map(\.state) == [.inProgress])
        #expect(simulation.peers[0].agent.counters.badIntegrity == 4)
        #expect(!simulation.peers[0].agent.isControlling)
    }

    @Test("random and damaged datagrams in the middle of a call do not disturb it")
    func noise() {
        let simulation = ConsentTests.connected()
        var random = RandomSource(seed: 11)
        let genuine = simulation.peers.flatMap { $0.sent.map(\.datagram.bytes) }
        for _ in 0..<20_000 {
            var bytes = genuine.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            if Bool.random(using: &random) { bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))) }
            let peer = Int.random(in: 0..<2, using: &random)
            simulation.handle(
                peer,
                .datagram(
                    Datagram(
                        local: simulation.peers[peer].sockets[0], remote: simulation.peers[1 - peer].sockets[0], bytes: bytes)))
        }
        simulation.run(for: .seconds(60))
        #expect(simulation.areCompleted)
        simulation.expectAgreement()
    }
}
