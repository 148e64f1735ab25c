import AudioDevices
import CallProtocol
import Glibc
import JSONCoding
import Logging
import Testing

@testable import Engine

/// Two engines of one process call each other over this machine's own addresses, with files for sound.
@Suite(.serialized) struct CallEngineTests {
    private static let connection: JSONValue = ["connection": 1]

    @Test("a connection shows the certificate that its page has had made, of either kind", arguments: ["ECDSA", "RSA"])
    @NetworkLoop
    func ownCertificate(algorithm: String) async throws {
        let page = try EnginePage(loudspeaker: "/dev/null")
        _ = try await page.ask("openDocument", ["origin": "https://test"])
        let made = try await page.ask("generateCertificate", ["certificate": 7, "algorithm": .string(algorithm)])
        guard case .string(let fingerprint)? = made["fingerprint"]?["value"] else { throw ProtocolError(.engineFailure, "\(made)") }
        _ = try await page.ask("createPeerConnection", ["connection": 1, "certificate": 7])
        _ = try await page.ask("createPeerConnection", ["connection": 2])
        for (connection, isShown) in [(1, true), (2, false)] {
            _ = try await page.ask(
                "addTransceiver", ["connection": .integer(Int64(connection)), "transceiver": 1, "kind": "audio", "direction": "recvonly"])
            guard case .string(let sdp)? = try await page.ask("createOffer", ["connection": .integer(Int64(connection))])["sdp"] else { continue }
            #expect(sdp.contains("a=fingerprint:sha-256 \(fingerprint.uppercased())") == isShown)
        }
        await #expect(throws: ProtocolError(.unknownHandle, "")) { try await page.ask("createPeerConnection", ["connection": 3, "certificate": 8]) }
        await #expect(throws: ProtocolError(.duplicateHandle, "")) {
            try await page.ask("generateCertificate", ["certificate": 7, "algorithm": "ECDSA"])
        }
    }

    @Test("two engines call each other: connected, a packet heard on both sides, closed without a trace")
    @NetworkLoop
    func call() async throws {
        let folder = "/tmp/nearend-engine-test-\(getpid())"
        mkdir(folder, 0o700)
        defer {
            for name in ["a.wav", "b.wav"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        let caller = try EnginePage(loudspeaker: "\(folder)/a.wav")
        let called = try EnginePage(loudspeaker: "\(folder)/b.wav")
        try await caller.call(called)
        #expect(caller.hasHeard && called.hasHeard)
        // Held, then taken up again: the first packet after that is told like the first of all.
        for direction in ["inactive", "sendrecv"] {
            for page in [caller, called] { page.forgetMuting() }
            _ = try await caller.ask("setTransceiver", ["connection": 1, "transceiver": 1, "direction": .string(direction)])
            let offer = try await caller.ask("createOffer", Self.connection)
            _ = try await caller.ask("setLocalDescription", ["connection": 1, "type": "offer", "sdp": offer["sdp"] ?? ""])
            _ = try await called.ask("setRemoteDescription", ["connection": 1, "type": "offer", "sdp": offer["sdp"] ?? ""])
            let answer = try await called.ask("createAnswer", Self.connection)
            _ = try await called.ask("setLocalDescription", ["connection": 1, "type": "answer", "sdp": answer["sdp"] ?? ""])
            _ = try await caller.ask("setRemoteDescription", ["connection": 1, "type": "answer", "sdp": answer["sdp"] ?? ""])
        }
        try await EnginePage.until { caller.hasHeard && called.hasHeard }
        #expect(caller.hasHeard && called.hasHeard)
        let stats = try await caller.ask("getStats", Self.connection)
        guard case .object(let objects)? = stats["changed"] else { return }
        #expect(objects.values.contains { $0["type"] == "candidate-pair" && $0["nominated"] == true })
        #expect(objects.values.contains { $0["type"] == "transport" && $0["dtlsState"] == "connected" })
        _ = try await caller.ask("closePeerConnection", Self.connection)
        await #expect(throws: ProtocolError(.unknownHandle, "")) { try await caller.ask("createOffer", Self.connection) }
        caller.engine.stop()
        called.engine.stop()
    }

    @Test("requests that make no sense are answered by number, and nothing is lost")
    @NetworkLoop
    func refusals() async throws {
        let page = try EnginePage(loudspeaker: "/dev/null")
        defer { page.engine.stop() }
        await #expect(throws: ProtocolError(.unknownDocument, "")) { try await page.ask("createPeerConnection", Self.connection) }
        _ = try await page.ask("openDocument", ["origin": "https://test"])
        await #expect(throws: ProtocolError(.duplicateHandle, "")) { try await page.ask("openDocument", ["origin": "https://test"]) }
        _ = try await page.ask("createPeerConnection", Self.connection)
        await #expect(throws: ProtocolError(.duplicateHandle, "")) { try await page.ask("createPeerConnection", Self.connection) }
        await #expect(throws: ProtocolError(.unknownHandle, "")) { try await page.ask("setTrack", ["track": 9, "enabled": true]) }
        await #expect(throws: ProtocolError(.invalidState, "")) { try await page.ask("createAnswer", Self.connection) }
        await #expect(throws: ProtocolError(.descriptionRefused, "")) {
            try await page.ask("setRemoteDescription", ["connection": 1, "type": "offer", "sdp": "rubbish"])
        }
        await #expect(throws: ProtocolError(.speakerNotFound, "")) {
            try await page.ask("setPlayback", ["playback": 1, "sources": [], "playing": true, "volume": 1, "muted": false, "sinkId": "nowhere"])
        }
        await #expect(throws: ProtocolError(.invalidParameter, "")) { try await page.ask("provideSound", ["sound": "short", "data": "AQACAA=="]) }
        let hash = JSONValue.string(String(repeating: "a", count: 64))
        let ring: JSONValue = ["playback": 2, "sources": [["sound": hash, "loops": true]], "playing": true, "volume": 1, "muted": false]
        await #expect(throws: ProtocolError(.unknownHandle, "")) { try await page.ask("setPlayback", ring) }
        await #expect(throws: ProtocolError(.invalidParameter, "")) { try await page.ask("provideSound", ["sound": hash, "data": "AQAC"]) }
        _ = try await page.ask("provideSound", ["sound": hash, "data": "AQACAA=="])
        _ = try await page.ask("setPlayback", ring)
        await #expect(throws: ProtocolError(.descriptionRefused, name: "SyntaxError", "")) {
            try await page.ask(
                "createPeerConnection", ["connection": 2, "configuration": ["iceServers": [["urls": ["turn:relay.example?transport=sctp"]]]]])
        }
        #expect(try await page.ask("createOffer", Self.connection)["type"] == "offer")
    }

    @Test("a mix is a track: it sounds, is cloned, stopped, and is no microphone")
    @NetworkLoop
    func mix() async throws {
        let page = try EnginePage(loudspeaker: "/dev/null")
        defer { page.engine.stop() }
        _ = try await page.ask("openDocument", ["origin": "https://test"])
        let hash = JSONValue.string(String(repeating: "a", count: 64))
        let file: JSONValue = ["input": 2, "gain": 1, "sound": hash, "loops": true]
        await #expect(throws: ProtocolError(.unknownHandle, "")) { try await page.ask("setMix", ["track": 1, "inputs": [file]]) }
        let tone: JSONValue = ["input": 1, "gain": 0.5, "tone": "sine", "frequency": 440]
        // What is not there is silent, and no reason to refuse the rest.
        _ = try await page.ask("setMix", ["track": 1, "inputs": [tone, ["input": 3, "gain": 1, "track": 9]]])
        _ = try await page.ask("cloneTrack", ["track": 2, "from": 1])
        _ = try await page.ask("stopTrack", ["track": 1])
        // The clone goes on, with what the mix is told under its first name.
        _ = try await page.ask("provideSound", ["sound": hash, "data": "AQACAA=="])
        _ = try await page.ask("setMix", ["track": 1, "inputs": [tone, file]])
        _ = try await page.ask("watch", ["levels": 20])
        for _ in 0..<250 where levels(of: 2, in: page).last ?? 0 < 3000 { try await Task.sleep(for: .milliseconds(20)) }
        // A sine of half the amplitude: half of the square root of a half.
        let level = try #require(levels(of: 2, in: page).last)
        #expect(level > 3000 && level < 3700)
        #expect(levels(of: 1, in: page).isEmpty)
        #expect(page.engine.microphoneOrigins.isEmpty)
        _ = try await page.ask("getUserMedia", ["track": 4])
        await #expect(throws: ProtocolError(.invalidState, "")) { try await page.ask("setMix", ["track": 4, "inputs": []]) }
    }

    @NetworkLoop
    private func levels(of track: Int, in page: EnginePage) -> [Int] {
        page.events.flatMap { event -> [Int] in
            if case .levels(let tracks, _) = event { tracks[TrackHandle(rawValue: track)] ?? [] } else { [] }
        }
    }
}
