import AudioDevices
import CallProtocol
import JSONCoding
import Logging

@testable import Engine

/// A document that asks as a page does, and keeps what it was told.
@NetworkLoop
final class EnginePage {
    let engine: CallEngine
    let document: DocumentNumber
    private(set) var events: [Event] = []

    /// With an engine of its own.
    init(loudspeaker: String = "/dev/null", kept: KeptCalls = KeptCalls(), desktop: String = "") throws {
        engine = try CallEngine(
            devices: .virtual(microphone: nil, loops: false, loudspeaker: loudspeaker), kept: kept,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        engine.desktop = desktop
        document = DocumentNumber(rawValue: 1)
        listen()
    }

    /// The document that comes after another one on the same link.
    init(after other: EnginePage) {
        engine = other.engine
        document = DocumentNumber(rawValue: other.document.rawValue + 1)
        listen()
    }

    private func listen() {
        engine.onEvent = { [weak self] document, event in
            if document == self?.document { self?.events.append(event) }
        }
    }

    func forgetMuting() {
        events.removeAll { if case .receiverMuted = $0 { true } else { false } }
    }

    func ask(_ method: String, _ parameters: JSONValue = [:], as other: DocumentNumber? = nil) async throws -> JSONValue {
        let request = try Request(method: method, parameters: parameters)
        let document = other ?? document
        let reply = await withCheckedContinuation { continuation in
            engine.perform(request, document: document, reply: ReplyPort { continuation.resume(returning: $0) })
        }
        switch reply {
        case .result(let value): return value
        case .refusal(let error): throw error
        }
    }

    /// Calls the other one, from documents that are yet to be opened, and returns when both hear each other or have had ten seconds.
    func call(_ called: EnginePage) async throws {
        let connection: JSONValue = ["connection": 1]
        for page in [self, called] {
            _ = try await page.ask("openDocument", ["origin": "https://test"])
            _ = try await page.ask("createPeerConnection", connection)
            _ = try await page.ask("getUserMedia", ["track": 1])
        }
        _ = try await ask(
            "addTransceiver",
            ["connection": 1, "transceiver": 1, "kind": "audio", "direction": "sendrecv", "track": 1, "trackId": "a", "streams": ["s"]])
        let offer = try await ask("createOffer", connection)
        _ = try await ask("setLocalDescription", ["connection": 1, "type": "offer", "sdp": offer["sdp"] ?? ""])
        let remote = try await called.ask("setRemoteDescription", ["connection": 1, "type": "offer", "sdp": offer["sdp"] ?? ""])
        guard case .array(let made)? = remote["snapshot"]?["transceivers"], let handle = made.first?["transceiver"] else { return }
        _ = try await called.ask(
            "setTransceiver",
            ["connection": 1, "transceiver": handle, "direction": "sendrecv", "source": ["track": 1, "trackId": "b"], "streams": ["t"]])
        let answer = try await called.ask("createAnswer", connection)
        _ = try await called.ask("setLocalDescription", ["connection": 1, "type": "answer", "sdp": answer["sdp"] ?? ""])
        _ = try await ask("setRemoteDescription", ["connection": 1, "type": "answer", "sdp": answer["sdp"] ?? ""])
        for _ in 0..<500 where !(hasHeard && called.hasHeard) {
            try await giveCandidates(to: called)
            try await called.giveCandidates(to: self)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The first packet unmutes the receiver.
    var hasHeard: Bool {
        events.contains { if case .receiverMuted(_, _, false) = $0 { true } else { false } }
    }

    private func giveCandidates(to other: EnginePage) async throws {
        for event in events {
            guard case .iceCandidate(_, let candidate?, _) = event else { continue }
            _ = try await other.ask("addIceCandidate", ["connection": 1, "candidate": JSONValue(encoding: candidate)])
        }
    }

    /// Of the connection 1.
    func packetsReceived() async throws -> Int {
        let stats = try await ask("getStats", ["connection": 1, "full": true])
        guard case .object(let objects)? = stats["changed"], let inbound = objects.values.first(where: { $0["type"] == "inbound-rtp" }),
            case .integer(let count)? = inbound["packetsReceived"]
        else { return 0 }
        return Int(count)
    }

    /// Whether packets go on coming.
    func hearsMore() async throws -> Bool {
        let before = try await packetsReceived()
        for _ in 0..<500 {
            if try await packetsReceived() > before + 2 { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Waits for at most ten seconds.
    static func until(_ condition: @NetworkLoop () -> Bool) async throws {
        for _ in 0..<500 where !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }
}
