import CallProtocol
import JSONCoding
import Testing

@testable import Engine

/// Calls that outlive their document, between engines of this process.
@Suite(.serialized) struct KeptCallsTests {
    private static let origin: JSONValue = ["origin": "https://test"]

    /// A page in a call, with leave to have it kept, and its far end.
    @NetworkLoop
    private struct World {
        let kept: KeptCalls
        let page: EnginePage
        let farEnd: EnginePage

        init(longest: Duration = .seconds(60)) async throws {
            kept = KeptCalls(longest: longest)
            page = try EnginePage(kept: kept, desktop: "agent@desktop")
            farEnd = try EnginePage()
            try await page.call(farEnd)
        }

        func keep(seconds: Int64 = 60) async throws -> JSONValue {
            let granted = try await page.ask("keepDocument", ["seconds": .integer(seconds)])
            return granted["token"] ?? .null
        }

        func stop() {
            page.engine.stop()
            farEnd.engine.stop()
        }
    }

    @Test("a document that goes leaves its call to the next one, which finds it as it is, and the far end hears nothing of it")
    @NetworkLoop
    func reclaimed() async throws {
        let world = try await World()
        defer { world.stop() }
        _ = try await world.page.ask("setTrack", ["track": 1, "enabled": false])
        let token = try await world.keep()
        _ = try await world.page.ask("closeDocument")
        #expect(world.kept.holdings.map(\.origin) == ["https://test"])
        #expect(world.kept.holdings.first?.isMicrophoneOpen == true)
        #expect(world.page.engine.microphoneOrigins.isEmpty)
        #expect(try await world.farEnd.hearsMore())

        let next = EnginePage(after: world.page)
        _ = try await next.ask("openDocument", Self.origin)
        let result = try await next.ask("reclaim", ["token": token])
        guard case .array(let connections)? = result["connections"], case .array(let tracks)? = result["tracks"] else {
            Issue.record("the reply has no connections")
            return
        }
        let snapshot = connections.first?["snapshot"]
        #expect(connections.count == 1 && snapshot?["connectionState"] == "connected" && snapshot?["signalingState"] == "stable")
        guard case .array(let transceivers)? = connections.first?["transceivers"] else { return }
        #expect(transceivers.first?["track"] == 1 && transceivers.first?["receiverMuted"] == false)
        #expect(transceivers.first?["streams"] == ["s"] && transceivers.first?["receiverStreams"] == ["t"])
        #expect(tracks.first?["track"] == 1 && tracks.first?["trackId"] == "a" && tracks.first?["enabled"] == false)
        #expect(world.kept.holdings.isEmpty)
        #expect(world.page.engine.microphoneOrigins == ["https://test"])

        // It is the new document's in every way.
        #expect(try await next.hearsMore())
        #expect(try await world.farEnd.hearsMore())
        _ = try await next.ask("restartIce", ["connection": 1])
        #expect(try await next.ask("createOffer", ["connection": 1])["type"] == "offer")
        _ = try await next.ask("closePeerConnection", ["connection": 1])
        _ = try await next.ask("stopTrack", ["track": 1])
        #expect(world.page.engine.microphoneOrigins.isEmpty)
    }

    @Test("a wrong token, another origin, another desktop and a second time get the same refusal, and disturb nothing")
    @NetworkLoop
    func refusals() async throws {
        let world = try await World()
        defer { world.stop() }
        let token = try await world.keep()
        let refusal = ProtocolError(.keptCallUnknown, "")
        let other = EnginePage(after: world.page)
        _ = try await other.ask("openDocument", Self.origin)
        await #expect(throws: refusal) { try await other.ask("reclaim", ["token": token]) }  // Its document is there.
        _ = try await world.page.ask("closeDocument")

        let wrong = JSONValue.string(String(repeating: "0", count: 64))
        for guess in [wrong, "", "short"] { await #expect(throws: refusal) { try await other.ask("reclaim", ["token": guess]) } }
        let stranger = EnginePage(after: other)
        _ = try await stranger.ask("openDocument", ["origin": "https://evil"])
        await #expect(throws: refusal) { try await stranger.ask("reclaim", ["token": token]) }
        _ = try await stranger.ask("endKept", ["token": token])
        let elsewhere = try EnginePage(kept: world.kept, desktop: "mallory@desktop")
        defer { elsewhere.engine.stop() }
        _ = try await elsewhere.ask("openDocument", Self.origin)
        await #expect(throws: refusal) { try await elsewhere.ask("reclaim", ["token": token]) }
        _ = try await elsewhere.ask("endKept", ["token": token], as: .worker)
        #expect(world.kept.holdings.count == 1)
        #expect(try await world.farEnd.hearsMore())

        _ = try await other.ask("reclaim", ["token": token])
        let late = EnginePage(after: stranger)
        _ = try await late.ask("openDocument", Self.origin)
        await #expect(throws: refusal) { try await late.ask("reclaim", ["token": token]) }
        #expect(try await world.farEnd.hearsMore())
    }

    @Test("a call that nobody takes back ends in time, by the device's time where that is the shorter")
    @NetworkLoop
    func expiry() async throws {
        let world = try await World(longest: .seconds(1))
        defer { world.stop() }
        let granted = try await world.page.ask("keepDocument", ["seconds": 600])
        #expect(granted["seconds"] == 1)
        _ = try await world.page.ask("closeDocument")
        #expect(world.kept.holdings.count == 1)
        try await EnginePage.until { world.kept.holdings.isEmpty }
        #expect(world.kept.holdings.isEmpty)
        #expect(!world.page.engine.hasGuests)
        let next = EnginePage(after: world.page)
        _ = try await next.ask("openDocument", Self.origin)
        await #expect(throws: ProtocolError(.keptCallUnknown, "")) { try await next.ask("reclaim", ["token": granted["token"] ?? .null]) }
    }

    @Test("a kept call whose far end hangs up ends at once, and what was never a call is not kept")
    @NetworkLoop
    func overBeforeItsTime() async throws {
        let world = try await World()
        defer { world.stop() }
        _ = try await world.keep()
        _ = try await world.page.ask("closeDocument")
        _ = try await world.farEnd.ask("closePeerConnection", ["connection": 1])
        try await EnginePage.until { world.kept.holdings.isEmpty }
        #expect(world.kept.holdings.isEmpty)

        let idle = EnginePage(after: world.page)
        _ = try await idle.ask("openDocument", Self.origin)
        _ = try await idle.ask("createPeerConnection", ["connection": 1])
        _ = try await idle.ask("getUserMedia", ["track": 1])
        _ = try await idle.ask("keepDocument", ["seconds": 60])
        _ = try await idle.ask("closeDocument")
        #expect(world.kept.holdings.isEmpty)
        #expect(!world.page.engine.hasGuests, "its microphone is closed")
    }

    @Test("nothing is kept without leave, with none any more, or where the device keeps nothing")
    @NetworkLoop
    func leave() async throws {
        let world = try await World()
        defer { world.stop() }
        _ = try await world.keep()
        let none = try await world.page.ask("keepDocument", ["seconds": 0])
        #expect(none["seconds"] == 0 && none["token"] == nil)
        _ = try await world.page.ask("closeDocument")
        #expect(world.kept.holdings.isEmpty)
        let strict = try await World(longest: .zero)
        defer { strict.stop() }
        #expect(try await strict.page.ask("keepDocument", ["seconds": 60])["token"] == nil)
    }

    @Test("a browser that is gone leaves its call to one with another link; the device mutes it in between")
    @NetworkLoop
    func anotherLink() async throws {
        let world = try await World()
        defer { world.stop() }
        let token = try await world.keep()
        world.page.engine.closeAll()
        #expect(world.page.engine.hasGuests)
        world.page.engine.setMuted(true)
        #expect(try await world.farEnd.hearsMore(), "silence is sent")

        let next = try EnginePage(kept: world.kept, desktop: "agent@desktop")
        defer { next.engine.stop() }
        _ = try await next.ask("openDocument", Self.origin)
        // What plays through one engine's devices does not mix with another's.
        _ = try await next.ask("getUserMedia", ["track": 9])
        await #expect(throws: ProtocolError(.invalidState, "")) { try await next.ask("reclaim", ["token": token]) }
        _ = try await next.ask("stopTrack", ["track": 9])
        let result = try await next.ask("reclaim", ["token": token])
        guard case .array(let tracks)? = result["tracks"] else { return }
        #expect(tracks.first?["muted"] == true)
        world.page.engine.setMuted(false)
        #expect(next.events.contains { if case .trackMuted(_, false) = $0 { true } else { false } })
        #expect(try await next.hearsMore())
        #expect(try await world.farEnd.hearsMore())
        // A microphone that it opens now is one beside the call's.
        _ = try await next.ask("getUserMedia", ["track": 10])
        _ = try await next.ask("setTransceiver", ["connection": 1, "transceiver": 1, "source": ["track": 10, "trackId": "c"]])
        next.engine.closeAll()
        #expect(!world.page.engine.hasGuests)
    }
}
