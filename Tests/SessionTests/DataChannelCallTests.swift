import Cryptography
import JSEP
import Primitives
import SCTP
import SDP
import Testing
import VirtualClock

/// Data channels of two connections over a simulated network, with and without audio beside them.
@Suite(.serialized) struct DataChannelCallTests {
    private static let certificates = Result {
        (try Certificate.make(unixSeconds: 1_700_000_000), try Certificate.make(unixSeconds: 1_700_000_000))
    }
    private static let ours = DataChannelHandle(rawValue: 1)
    private static let theirs = DataChannelHandle(rawValue: -1)

    /// Runs a test while no other one uses the library of SCTP.
    private func run(_ conditions: SimulatedNetwork.Conditions, seed: UInt64, _ body: (inout SimulatedCall) throws -> Void) throws {
        virtual_clock_begin_turn()
        defer {
            virtual_clock_release()
            virtual_clock_end_turn()
        }
        var call = SimulatedCall(
            network: SimulatedNetwork(conditions: conditions, translators: [], seed: seed), certificates: try Self.certificates.get(),
            seed: seed)
        try body(&call)
        for role in [SimulatedCall.Role.caller, .called] { call.perform(role) { $0.close(at: $1) } }
    }

    private func messages(_ side: SimulatedCall.Side, _ handle: DataChannelHandle) -> [DataMessage] {
        side.dataEvents.compactMap { event in
            if case .message(handle, let message) = event { message } else { nil }
        }
    }

    @Test("a connection that has nothing but a data channel comes up and carries messages both ways")
    func dataOnly() throws {
        try run(.init(delay: .milliseconds(10)), seed: 1) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(label: "chat"), id: nil, isNegotiated: false, at: $1)
                #expect($0.negotiator.isNegotiationNeeded)
            }
            try call.offer(from: .caller)
            // The number is known with the answer, which comes before the transport.
            #expect(try call.run(for: .seconds(5)) { $0.caller.connection.negotiator.signalingState == .stable })
            #expect(call.caller.connection.data?.channels[Self.ours]?.id == 1)
            #expect(call.caller.connection.data?.channels[Self.ours]?.state == .connecting)
            #expect(try call.run(for: .seconds(5)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            #expect(call.caller.connection.states.connection == .connected)
            #expect(!call.caller.connection.negotiator.isNegotiationNeeded)
            // The caller offers actpass, the called side answers active: it is DTLS's client, and the caller's numbers are odd.
            #expect(call.caller.connection.data?.channels[Self.ours]?.id == 1)
            try call.perform(.caller) { try $0.send(DataMessage("ping"), over: Self.ours, at: $1) }
            try call.perform(.called) { try $0.send(DataMessage("pong"), over: Self.theirs, at: $1) }
            #expect(try call.run(for: .seconds(2)) { !messages($0.caller, Self.ours).isEmpty && !messages($0.called, Self.theirs).isEmpty })
            #expect(messages(call.caller, Self.ours) == [DataMessage("pong")])
            #expect(messages(call.called, Self.theirs) == [DataMessage("ping")])
        }
    }

    @Test("audio and data share one transport, over a network that loses a tenth")
    func besideAudio() throws {
        try run(.init(loss: 0.1, delay: .milliseconds(20)), seed: 2) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(label: "chat"), id: nil, isNegotiated: false, at: $1)
            }
            try call.call()
            #expect(try call.run(for: .seconds(20)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            #expect(call.caller.connection.transports.count == 1)
            call.talk()
            let sent = (0..<50).map { DataMessage(isText: false, bytes: [UInt8](repeating: UInt8($0), count: 4000)) }
            for message in sent { try call.perform(.caller) { try $0.send(message, over: Self.ours, at: $1) } }
            #expect(try call.run(for: .seconds(30)) { messages($0.called, Self.theirs).count == 50 })
            #expect(messages(call.called, Self.theirs) == sent)
            #expect(call.called.packets.count > 10)
        }
    }

    @Test("a channel made in the middle of a call asks for one negotiation, and later ones for none")
    func addedLater() throws {
        try run(.init(delay: .milliseconds(10)), seed: 3) { call in
            try call.call()
            #expect(try call.run(for: .seconds(5)) { $0.caller.connection.states.connection == .connected })
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(label: "late"), id: nil, isNegotiated: false, at: $1)
                #expect($0.negotiator.isNegotiationNeeded)
            }
            try call.offer(from: .caller)
            #expect(try call.run(for: .seconds(5)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            try call.perform(.called) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(label: "back"), id: nil, isNegotiated: false, at: $1)
                #expect(!$0.negotiator.isNegotiationNeeded)
            }
            #expect(try call.run(for: .seconds(2)) { $0.caller.dataEvents.contains(.announced(Self.theirs)) })
            #expect(call.caller.connection.data?.channels[Self.theirs]?.parameters.label == "back")
        }
    }

    @Test("closing one connection closes the other's channels")
    func closing() throws {
        try run(.init(delay: .milliseconds(10)), seed: 4) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(), id: 5, isNegotiated: false, at: $1)
            }
            try call.offer(from: .caller)
            #expect(try call.run(for: .seconds(5)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            call.perform(.caller) { $0.close(at: $1) }
            #expect(
                try call.run(for: .seconds(2)) { call in
                    // An abort is an error to the other side; so Chromium has it.
                    call.called.dataEvents.contains { if case .closed(Self.theirs, .some) = $0 { true } else { false } }
                })
        }
    }

    @Test("an ICE restart leaves the channels as they are")
    func restart() throws {
        try run(.init(delay: .milliseconds(10)), seed: 6) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(), id: nil, isNegotiated: false, at: $1)
            }
            try call.offer(from: .caller)
            #expect(try call.run(for: .seconds(5)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            try call.offer(from: .caller, iceRestart: true)
            try call.perform(.caller) { try $0.send(DataMessage("during"), over: Self.ours, at: $1) }
            #expect(try call.run(for: .seconds(5)) { messages($0.called, Self.theirs) == [DataMessage("during")] })
            _ = try call.run(for: .seconds(3))
            try call.perform(.called) { try $0.send(DataMessage("after"), over: Self.theirs, at: $1) }
            #expect(try call.run(for: .seconds(5)) { messages($0.caller, Self.ours) == [DataMessage("after")] })
        }
    }

    @Test("a description that takes the section back closes the channels, and a later one opens new ones")
    func refusedLater() throws {
        try run(.init(delay: .milliseconds(10)), seed: 7) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(), id: nil, isNegotiated: false, at: $1)
            }
            try call.call()
            #expect(try call.run(for: .seconds(5)) { $0.called.dataEvents.contains(.announced(Self.theirs)) })
            let (caller, called) = (call.caller.connection, call.called.connection)
            try call.perform(.caller) { _ = try $0.negotiate(at: $1) { negotiator throws(JSEPError) in try negotiator.setLocal() } }
            let offer = try #require(caller.negotiator.pendingLocalDescription?.sdp)
            let answer: String = try call.performing(.called) { connection, now in
                try connection.negotiate(at: now) { negotiator throws(JSEPError) in
                    _ = try negotiator.setRemote(.offer, sdp: offer)
                    let answer = try negotiator.createAnswer().sdp
                    let lines = answer.split(separator: "\r\n").map { line in
                        line.hasPrefix("m=application")
                            ? "m=application 0 UDP/DTLS/SCTP webrtc-datachannel"
                            : line.hasPrefix("a=group:BUNDLE") ? "a=group:BUNDLE 0" : String(line)
                    }
                    let refusing = lines.joined(separator: "\r\n") + "\r\n"
                    _ = try negotiator.setLocal(.answer, sdp: refusing)
                    return refusing
                }
            }
            try call.perform(.caller) {
                _ = try $0.negotiate(at: $1) { negotiator throws(JSEPError) in try negotiator.setRemote(.answer, sdp: answer) }
            }
            for (side, handle) in [(call.caller, Self.ours), (call.called, Self.theirs)] {
                #expect(side.dataEvents.contains { if case .closed(handle, _) = $0 { true } else { false } })
            }
            #expect(caller.dataChannelsClosed == 1 && called.dataChannelsClosed == 1)
        }
    }

    @Test("a message longer than the other side takes is refused")
    func tooLong() throws {
        try run(.init(delay: .milliseconds(10)), seed: 5) { call in
            try call.perform(.caller) {
                try $0.createDataChannel(Self.ours, DataChannelParameters(), id: nil, isNegotiated: false, at: $1)
            }
            try call.offer(from: .caller)
            #expect(try call.run(for: .seconds(5)) { $0.caller.dataEvents.contains(.opened(Self.ours)) })
            let message = DataMessage(isText: false, bytes: [UInt8](repeating: 0, count: 256 * 1024 + 1))
            #expect(throws: JSEPError(.typeError, "")) {
                try call.perform(.caller) { try $0.send(message, over: Self.ours, at: $1) }
            }
        }
    }
}
