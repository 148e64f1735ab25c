import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct RemoteTrackTests {
    @Test func `a remote track has the name and the streams the description gives it`() throws {
        var callee = makeNegotiator(2)
        let changes = try callee.setRemote(.offer, sdp: Fixtures.janusOffer)
        #expect(changes.tracksAdded == [.init(transceiver: -1, streams: ["janus"])])
        #expect(callee.transceivers[0].receiverTrackID == "janusa")
    }

    @Test func `the older form of msid in ssrc lines counts`() throws {
        var callee = makeNegotiator(2)
        let changes = try callee.setRemote(.offer, sdp: Fixtures.freeSwitchOffer)
        #expect(changes.tracksAdded == [.init(transceiver: -1, streams: ["9gfGEQYJwrcMRW6vzAyxeoJx3RBoMzn0"])])
        #expect(callee.transceivers[0].receiverTrackID == "a0")
    }

    @Test func `a track without msid gets one stream, the same in every renegotiation`() throws {
        var callee = try makeCaller(2)
        let first = try callee.setRemote(.offer, sdp: Fixtures.twilioOffer)
        #expect(first.tracksAdded.count == 1)
        #expect(first.tracksAdded.first?.streams.count == 1)
        _ = try callee.setLocal()
        let second = try callee.setRemote(.offer, sdp: Fixtures.twilioOffer)
        #expect(second == Changes())
        #expect(callee.transceivers[0].remoteStreams == first.tracksAdded.first?.streams)
    }

    @Test func `a track in no stream has none`() throws {
        var callee = makeNegotiator(2)
        let changes = try callee.setRemote(.offer, sdp: Fixtures.janusOffer.changing("msid:janus janusa", to: "msid:- janusa"))
        #expect(changes.tracksAdded == [.init(transceiver: -1, streams: [])])
    }

    @Test func `streams that change make the track leave and join, and a new stream fires the track again`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        let first = try negotiate(&caller, &callee)
        #expect(first.atAnswerer.tracksAdded == [.init(transceiver: 1, streams: ["stream1"])])
        #expect(first.atOfferer.tracksAdded == [.init(transceiver: 1, streams: ["stream2"])])
        try caller.setStreams(["stream1", "extra"], of: 1)
        #expect(caller.isNegotiationNeeded)
        let second = try negotiate(&caller, &callee)
        #expect(second.atAnswerer.tracksAdded == [.init(transceiver: 1, streams: ["stream1", "extra"])])
        #expect(second.atAnswerer.tracksRemoved.isEmpty)
        try caller.setStreams(["extra"], of: 1)
        let third = try negotiate(&caller, &callee)
        #expect(third.atAnswerer.tracksAdded.isEmpty)
        #expect(third.atAnswerer.tracksRemoved == [.init(transceiver: 1, streams: ["stream1"])])
        #expect(third.atOfferer == Changes())
    }

    @Test func `hold mutes the track and takes it out of its streams; resuming brings it back`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        try caller.setDirection(.recvonly, of: 1)
        let hold = try negotiate(&caller, &callee)
        #expect(hold.atAnswerer.receiversMuted == [1])
        #expect(hold.atAnswerer.tracksRemoved == [.init(transceiver: 1, streams: ["stream1"])])
        #expect(caller.transceivers[0].currentDirection == .recvonly)
        #expect(callee.transceivers[0].currentDirection == .sendonly)
        #expect(callee.canInsertDTMF(1) && !caller.canInsertDTMF(1))
        try caller.setDirection(.sendrecv, of: 1)
        let resume = try negotiate(&caller, &callee)
        #expect(resume.atAnswerer.tracksAdded == [.init(transceiver: 1, streams: ["stream1"])])
        #expect(callee.transceivers[0].currentDirection == .sendrecv)
    }

    @Test func `an answer that holds mutes the offerer's receiver`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        try callee.setDirection(.inactive, of: 1)
        let hold = try negotiate(&caller, &callee)
        #expect(hold.atOfferer.receiversMuted == [1])
        #expect(caller.transceivers[0].currentDirection == .inactive)
        #expect(caller.transceivers[0].direction == .sendrecv)
        #expect(caller.mediaPlan.sections.first?.direction == .inactive)
        // The offerer still offers what it wants.
        #expect(lines(try caller.createOffer().sdp, "a=sendrecv").count == 1)
    }

    @Test func `video that is offered to us is announced as a browser does, and nothing is planned for it`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .video, sender: SenderSource(trackID: "camera", streams: ["stream1"]))
        var callee = try makeCaller(2)
        let changes = try negotiate(&caller, &callee)
        #expect(changes.atAnswerer.tracksAdded.map(\.transceiver) == [1, -1])
        #expect(changes.atAnswerer.transceiversAdded == [-1])
        #expect(callee.transceivers.map(\.handle) == [1, -1])
        #expect(caller.transceivers.map(\.currentDirection) == [.sendrecv, .sendonly])
        #expect(caller.mediaPlan.sections.map(\.kind) == [.audio] && callee.mediaPlan.sections.map(\.kind) == [.audio])
    }

    @Test func `an answer that would send video is taken, and nothing is planned for it`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .video, direction: .recvonly)
        let offer = try caller.createOffer()
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        var parsed = try SDPParser.parse(offer.sdp)
        for index in parsed.media.indices {
            parsed.media[index].set("setup", "active")
            parsed.media[index].set("fingerprint", fingerprint("BB").text)
        }
        parsed.media[1].attributes = parsed.media[1].attributes.map { $0.name == "recvonly" ? SDPAttribute("sendonly") : $0 }
        let changes = try caller.setRemote(.answer, sdp: SDPWriter.write(parsed))
        #expect(changes.tracksAdded.map(\.transceiver) == [1, 2])
        #expect(caller.transceiver(2)?.currentDirection == .recvonly)
        #expect(caller.mediaPlan.sections.map(\.kind) == [.audio])
        #expect(caller.mediaPlan.transports.count == 1)
    }
}
