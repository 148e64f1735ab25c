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
}
