import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct RollbackTests {
    @Test func `rolling back our offer frees its transceivers and transports`() throws {
        var caller = try makeCaller(1)
        _ = try caller.setLocal()
        #expect(caller.mediaPlan.transports.count == 1)
        let changes = try caller.setLocal(.rollback)
        #expect(changes == Changes())
        #expect(caller.signalingState == .stable)
        #expect(caller.transceivers.map(\.mid) == [nil])
        #expect(caller.mediaPlan == MediaPlan())
        _ = try caller.setLocal()
        #expect(caller.mediaPlan.transports.first?.id.rawValue == 2)
    }

    @Test func `rolling back a remote offer takes away what it made, but for what a track was added to`() throws {
        var callee = makeNegotiator(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        let changes = try callee.setRemote(.rollback)
        #expect(changes.transceiversRemoved == [-1])
        #expect(changes.receiversMuted == [-1])
        #expect(changes.tracksRemoved.map(\.transceiver) == [-1])
        #expect(callee.transceivers.isEmpty && callee.pendingRemoteDescription == nil)
        #expect(callee.canTrickleIceCandidates == nil)

        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        try callee.setSenderTrack("mic", of: -2, byAddTrack: true)
        try callee.setDirection(.sendrecv, of: -2)
        let kept = try callee.setLocal(.rollback)
        #expect(kept.transceiversRemoved.isEmpty)
        #expect(callee.transceivers.map(\.handle) == [-2])
        #expect(callee.transceivers.map(\.mid) == [nil])
        #expect(callee.transceivers.map(\.direction) == [.sendrecv])
    }

    @Test func `a remote offer over ours rolls ours back, as perfect negotiation needs it`() throws {
        var polite = try makeCaller(1)
        var impolite = try makeCaller(2)
        _ = try polite.setLocal()
        _ = try impolite.setLocal()
        let offer = impolite.pendingLocalDescription?.sdp ?? ""
        let changes = try polite.setRemote(.offer, sdp: offer)
        #expect(changes.tracksAdded.map(\.transceiver) == [1])
        #expect(polite.signalingState == .haveRemoteOffer)
        #expect(polite.pendingLocalDescription == nil)
        _ = try polite.setLocal()
        _ = try impolite.setRemote(.answer, sdp: polite.currentLocalDescription?.sdp ?? "")
        #expect(polite.signalingState == .stable && impolite.signalingState == .stable)
        #expect(polite.mediaPlan.transports.first?.isControlling == false)
        #expect(impolite.mediaPlan.transports.first?.isControlling == true)
    }

    @Test func `a refused remote offer leaves our own pending`() throws {
        var polite = try makeCaller(1)
        _ = try polite.setLocal()
        let broken = without(Fixtures.chromiumOffer, "a=fingerprint")
        let error = refusal(&polite) { _ = try $0.setRemote(.offer, sdp: broken) }
        #expect(error?.name == .invalidAccessError)
        #expect(polite.signalingState == .haveLocalOffer)
    }

    @Test func `rolling back an ICE restart goes back to the old credentials as one more restart`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let before = try #require(caller.mediaPlan.transports.first)
        let offer = try caller.createOffer(iceRestart: true)
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        let during = try #require(caller.mediaPlan.transports.first)
        #expect(during.localICE != before.localICE && during.iceGeneration == 1)
        #expect(during.remoteICE == nil)
        #expect(caller.mediaPlan.sections.count == 1)
        _ = try caller.setLocal(.rollback)
        let after = try #require(caller.mediaPlan.transports.first)
        #expect(after.localICE == before.localICE && after.remoteICE == before.remoteICE && after.iceGeneration == 2)
    }

    @Test func `directions and streams set meanwhile survive a rollback`() throws {
        var caller = try makeCaller(1)
        _ = try caller.setLocal()
        try caller.setDirection(.sendonly, of: 1)
        try caller.setStreams(["x"], of: 1)
        _ = try caller.setLocal(.rollback)
        #expect(caller.transceivers[0].direction == .sendonly)
        #expect(caller.transceivers[0].senderStreams == ["x"])
    }

    @Test func `rolling back an offer that stopped a section brings its transceiver and streams back`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        try caller.stop(1)
        let offer = try caller.createOffer()
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        #expect(callee.transceivers.map(\.isStopped) == [true])
        let changes = try callee.setRemote(.rollback)
        #expect(changes.tracksAdded == [.init(transceiver: 1, streams: ["stream1"])])
        #expect(callee.transceivers.map(\.isStopped) == [false])
        #expect(callee.mediaPlan.sections.count == 1)
    }

    @Test func `a remote offer over a remote offer uses again what is still there and drops what is not`() throws {
        var caller = makeNegotiator(1)
        try caller.addTransceiver(1, kind: .audio)
        let one = try caller.createOffer().sdp
        try caller.addTransceiver(2, kind: .audio)
        let two = try caller.createOffer().sdp
        var callee = makeNegotiator(2)
        _ = try callee.setRemote(.offer, sdp: two)
        #expect(callee.transceivers.map(\.handle) == [-1, -2])
        let changes = try callee.setRemote(.offer, sdp: one)
        #expect(changes.transceiversAdded.isEmpty)
        #expect(changes.transceiversRemoved == [-2])
        #expect(callee.transceivers.map(\.handle) == [-1])
        _ = try callee.setRemote(.rollback)
        #expect(callee.transceivers.isEmpty)
    }
}
