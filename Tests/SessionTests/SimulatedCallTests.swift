import Cryptography
import JSEP
import Primitives
import Testing

/// The clock that OpenSSL reads is the process's, so these calls run one after the other.
@Suite(.serialized) struct SimulatedCallTests {
    private static let certificates = Result {
        (try Certificate.make(unixSeconds: 1_700_000_000), try Certificate.make(unixSeconds: 1_700_000_000))
    }

    private func isUp(_ call: SimulatedCall) -> Bool {
        call.caller.connection.states.connection == .connected && call.called.connection.states.connection == .connected
    }

    private func makeCall(
        _ conditions: SimulatedNetwork.Conditions, translators: [AddressTranslator] = [], seed: UInt64
    ) throws -> SimulatedCall {
        let network = SimulatedNetwork(conditions: conditions, translators: translators, seed: seed)
        return SimulatedCall(network: network, certificates: try Self.certificates.get(), seed: seed &* 31 &+ 7)
    }

    @Test("on a clean network a call is up in half a second, and every packet arrives in order")
    func clean() throws {
        var call = try makeCall(.init(delay: .milliseconds(10)), seed: 1)
        let start = call.now
        try call.call()
        #expect(try call.run(for: .seconds(5), until: isUp))
        #expect(call.now - start < .milliseconds(500))
        call.talk()
        _ = try call.run(for: .seconds(2))
        for (side, other) in [(call.caller, call.called), (call.called, call.caller)] {
            #expect(side.packets.count >= other.framesSent - 2)
            #expect(other.framesSent > 95)
            let numbers = side.packets.map(\.sequenceNumber.rawValue)
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 &+ 1 })
        }
        let reports = call.caller.connection.sections.values.first?.reporter.sender.remoteInbound
        #expect(try #require(reports?.roundTripTime) > 0.015)
        #expect(call.caller.candidates.last == .some(nil))
    }

    @Test("both sides are told how their packets get lost: one here and there, or many in a row")
    func losses() throws {
        for isInBursts in [false, true] {
            var call = try makeCall(.init(delay: .milliseconds(40), jitter: .milliseconds(10)), seed: 5)
            try call.call()
            #expect(try call.run(for: .seconds(5), until: isUp))
            call.talk()
            _ = try call.run(for: .seconds(2))
            #expect(try #require(call.caller.losses).rate == 0)
            call.network.conditions.loss = isInBursts ? 0 : 0.1
            for _ in 0..<25 {
                _ = try call.run(for: .milliseconds(800))
                call.network.isDown = isInBursts
                _ = try call.run(for: .milliseconds(90))
                call.network.isDown = false
            }
            for side in [call.caller, call.called] {
                let losses = try #require(side.losses)
                #expect((0.04...0.2).contains(losses.rate))
                #expect(isInBursts ? (3...6).contains(losses.burstLength) : losses.burstLength < 1.6)
            }
        }
    }

    /// Every kind of translator but the pairs that no direct path joins (RFC 5128 §3.3: symmetric against port-restricted or symmetric).
    private static func translators(_ random: inout RandomSource) -> [AddressTranslator] {
        while true {
            let kinds = (0..<2).map { _ in AddressTranslator.Behaviour.allCases.randomElement(using: &random) ?? .fullCone }
            let isHopeless = kinds.contains(.symmetric) && kinds.allSatisfy { $0 == .symmetric || $0 == .portRestricted }
            if isHopeless { continue }
            return kinds.enumerated().map { index, kind in
                AddressTranslator(kind, network: UInt8(index + 1), outside: .v4(0xCB00_7101 + UInt32(index)))
            }
        }
    }

    @Test("a thousand calls over bad networks and through translators all come up, talk, and end", arguments: [0, 250, 500, 750])
    func thousandSeeds(first: Int) throws {
        for seed in first..<first + 250 {
            var random = RandomSource(seed: UInt64(seed) &+ 0xBAD_C0FFEE)
            let conditions = SimulatedNetwork.Conditions(
                loss: Double.random(in: 0...0.25, using: &random), duplication: Double.random(in: 0...0.1, using: &random),
                delay: .milliseconds(Int.random(in: 1...150, using: &random)), jitter: .milliseconds(Int.random(in: 0...80, using: &random)))
            let translators = Bool.random(using: &random) ? Self.translators(&random) : []
            var call = try makeCall(conditions, translators: translators, seed: UInt64(seed))
            try call.call()
            let cameUp = try call.run(for: .seconds(40), until: isUp)
            #expect(cameUp, "seed \(seed): \(call.caller.connection.states) \(call.called.connection.states) \(conditions)")
            guard cameUp else { continue }
            call.talk()
            _ = try call.run(for: .seconds(1))
            #expect(call.caller.packets.count > 10 && call.called.packets.count > 10, "seed \(seed) is silent")
            call.caller.connection.close(at: call.now)
            #expect(call.caller.connection.states == .closed)
        }
    }
}
