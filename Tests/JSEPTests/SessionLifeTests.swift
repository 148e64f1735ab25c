import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct SessionLifeTests {
    @Test func `two negotiators agree on the same call`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        #expect(caller.signalingState == .stable && callee.signalingState == .stable)
        #expect(caller.currentLocalDescription?.sdp == callee.currentRemoteDescription?.sdp)
        #expect(caller.currentRemoteDescription?.sdp == callee.currentLocalDescription?.sdp)
        #expect(caller.pendingLocalDescription == nil && callee.pendingRemoteDescription == nil)
        let (left, right) = (caller.mediaPlan, callee.mediaPlan)
        #expect(left.transports.first?.localICE == right.transports.first?.remoteICE)
        #expect(right.transports.first?.localICE == left.transports.first?.remoteICE)
        #expect(left.transports.first?.dtlsRole == .server && right.transports.first?.dtlsRole == .client)
        #expect(left.transports.first?.isControlling == true && right.transports.first?.isControlling == false)
        #expect(left.sections.first?.localSSRC == right.sections.first?.remoteSources.first?.ssrc)
        #expect(right.sections.first?.cname == left.sections.first?.remoteSources.first?.cname)
        #expect(left.sections.first?.sendCodecs == right.sections.first?.receiveCodecs)
        #expect(left.sections.first?.sendExtensions == SectionPlan.Extensions(audioLevel: 1, mid: 4, transportNumber: 3))
        #expect(left.sections.first?.receiveTelephoneEvents == [48000: 110, 8000: 126])
        #expect(left.sections.first?.allowsReducedSizeRTCP == true)
        #expect(!caller.isNegotiationNeeded && !callee.isNegotiationNeeded)
    }

    @Test func `a stopped section is refused, stays in its place and is used again`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        #expect(caller.transceivers.map(\.mid) == ["0", "1"])
        try caller.stop(2)
        #expect(caller.isNegotiationNeeded)
        let stopped = try negotiate(&caller, &callee)
        #expect(stopped.atOfferer.transceiversRemoved == [2])
        #expect(stopped.atAnswerer.tracksRemoved.isEmpty == false || stopped.atAnswerer.receiversMuted == [-1])
        #expect(caller.transceivers.map(\.handle) == [1] && callee.transceivers.map(\.handle) == [1])
        #expect(lines(caller.currentLocalDescription?.sdp, "m=").last?.hasPrefix("m=audio 0 ") == true)
        #expect(lines(caller.currentLocalDescription?.sdp, "a=group") == ["a=group:BUNDLE 0"])
        // Nothing waits for it, so it stays refused, with its identification.
        #expect(lines(try caller.createOffer().sdp, "a=mid") == ["a=mid:0", "a=mid:1"])
        try caller.addTransceiver(3, kind: .video, direction: .recvonly)
        let offer = try caller.createOffer()
        #expect(lines(offer.sdp, "m=").count == 2)
        #expect(lines(offer.sdp, "m=").last?.hasPrefix("m=video 9 ") == true)
        #expect(lines(offer.sdp, "a=mid") == ["a=mid:0", "a=mid:2"])
        try negotiate(&caller, &callee)
        // Its section can be used once more, by the other side too.
        try caller.stop(3)
        try negotiate(&caller, &callee)
        try callee.addTransceiver(7, kind: .audio)
        try negotiate(&callee, &caller)
        #expect(callee.transceiver(7)?.sectionIndex == 1)
        #expect(caller.transceivers.count == 2)
        #expect(caller.mediaPlan.sections.count == 2 && caller.mediaPlan.transports.count == 1)
    }

    @Test func `the section that carried the bundle can go; the transport stays`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let before = caller.mediaPlan.transports
        try caller.stop(1)
        try negotiate(&caller, &callee)
        #expect(lines(caller.currentLocalDescription?.sdp, "a=group") == ["a=group:BUNDLE 1"])
        #expect(caller.mediaPlan.transports.map(\.id) == before.map(\.id))
        #expect(caller.mediaPlan.transports.first?.localICE == before.first?.localICE)
        #expect(caller.mediaPlan.transports.first?.mid == "1")
        #expect(caller.mediaPlan.transports.first?.dtlsGeneration == 0)
        #expect(caller.mediaPlan.transports.first?.iceGeneration == 0)
    }

    @Test func `the answerer may stop too`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        // What stops between offer and answer is answered as inactive, and stays in the list (RFC 9429 §5.3.1).
        let offer = try caller.createOffer()
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        try callee.stop(1)
        let answer = try callee.createAnswer()
        #expect(lines(answer.sdp, "m=").first?.hasPrefix("m=audio 9 ") == true)
        #expect(lines(answer.sdp, "a=inactive") == ["a=inactive"])
        _ = try callee.setRemote(.rollback)
        let answered = try negotiate(&caller, &callee)
        #expect(answered.atOfferer.transceiversRemoved.isEmpty)
        #expect(caller.transceivers.map(\.currentDirection) == [.inactive] && callee.transceivers.map(\.currentDirection) == [.inactive])
        // Its section goes with an offer of its own side.
        #expect(callee.isNegotiationNeeded)
        let changes = try negotiate(&callee, &caller)
        #expect(changes.atOfferer.transceiversRemoved == [1])
        #expect(caller.transceivers.isEmpty && callee.transceivers.isEmpty)
        #expect(caller.mediaPlan == MediaPlan())
        try caller.addTransceiver(5, kind: .audio)
        try negotiate(&caller, &callee)
        #expect(caller.mediaPlan.sections.count == 1)
        #expect(caller.mediaPlan.transports.first?.id.rawValue == 2)
    }

    @Test func `a section that is offered as refused has a stopped transceiver until the answer, and none the next time`() throws {
        var caller = try makeCaller(1)
        var callee = makeNegotiator(9)
        let refused = try caller.createOffer().sdp.replacing("m=audio 9 ", with: "m=audio 0 ")
        let changes = try callee.setRemote(.offer, sdp: refused)
        #expect(changes.tracksAdded.isEmpty)
        #expect(callee.transceivers.map(\.phase) == [.stopped])
        let answer = try callee.createAnswer()
        #expect(lines(answer.sdp, "m=").first?.hasPrefix("m=audio 0 ") == true)
        _ = try callee.setLocal(.answer, sdp: answer.sdp)
        #expect(callee.transceivers.isEmpty)
        _ = try callee.setRemote(.offer, sdp: refused)
        #expect(callee.transceivers.isEmpty)
        _ = try callee.setRemote(.rollback)
        #expect(callee.transceivers.isEmpty && callee.signalingState == .stable)
    }

    @Test func `closing ends everything but the descriptions`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        caller.close()
        #expect(caller.signalingState == .closed)
        #expect(caller.currentLocalDescription != nil)
        #expect(caller.mediaPlan == MediaPlan())
        for verb: (inout Negotiator) throws -> Void in [
            { _ = try $0.createOffer() }, { _ = try $0.createAnswer() }, { _ = try $0.setLocal() },
            { _ = try $0.setRemote(.rollback) }, { try $0.addRemoteCandidate(nil) }, { try $0.addTransceiver(9, kind: .audio) },
            { try $0.setDirection(.inactive, of: 1) }, { try $0.stop(1) },
        ] {
            #expect(refusal(&caller, verb)?.name == .invalidStateError)
        }
    }

    @Test func `verbs in the wrong state are refused and change nothing`() throws {
        var fresh = try makeCaller(1)
        let offer = try fresh.createOffer().sdp
        #expect(refusal(&fresh) { _ = try $0.createAnswer() }?.name == .invalidStateError)
        #expect(refusal(&fresh) { _ = try $0.setRemote(.answer, sdp: offer) }?.name == .invalidStateError)
        #expect(refusal(&fresh) { _ = try $0.setLocal(.answer, sdp: offer) }?.name == .invalidModificationError)
        #expect(refusal(&fresh) { _ = try $0.setLocal(.rollback) }?.name == .invalidStateError)
        #expect(refusal(&fresh) { _ = try $0.setRemote(.rollback) }?.name == .invalidStateError)
        #expect(refusal(&fresh) { try $0.addRemoteCandidate(nil) }?.name == .invalidStateError)
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: offer)
        #expect(refusal(&callee) { _ = try $0.createOffer() }?.name == .invalidStateError)
        #expect(refusal(&callee) { _ = try $0.setRemote(.answer, sdp: offer) }?.name == .invalidStateError)
        // The fingerprint is not ours, which weighs more than the state.
        #expect(refusal(&callee) { _ = try $0.setLocal(.offer, sdp: offer) }?.name == .invalidModificationError)
        _ = try fresh.setLocal()
        #expect(refusal(&fresh) { _ = try $0.setRemote(.offer, sdp: Fixtures.chromiumOffer, implicitRollback: false) }?.name == .invalidStateError)
    }

    @Test func `provisional answers come in both roles and the last answer ends them`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        let offer = try caller.createOffer()
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        let answer = try callee.createAnswer()
        _ = try callee.setLocal(.pranswer, sdp: answer.sdp)
        #expect(callee.signalingState == .haveLocalPranswer)
        #expect(callee.pendingLocalDescription?.type == .pranswer && callee.currentLocalDescription == nil)
        #expect(callee.mediaPlan.sections.count == 1)
        let early = try caller.setRemote(.pranswer, sdp: answer.sdp)
        #expect(early.tracksAdded.count == 1)
        #expect(caller.signalingState == .haveRemotePranswer)
        #expect(caller.transceivers[0].currentDirection == .sendrecv)
        #expect(caller.mediaPlan.transports.first?.remoteICE != nil)
        for verb: (inout Negotiator) throws -> Void in [
            { _ = try $0.createOffer() }, { _ = try $0.setRemote(.offer, sdp: answer.sdp) }, { _ = try $0.setLocal(.rollback) },
        ] {
            #expect(refusal(&caller, verb)?.name == .invalidStateError)
        }
        let earlyTransports = caller.mediaPlan.transports
        let late = try caller.setRemote(.answer, sdp: answer.sdp)
        #expect(late == Changes())
        #expect(caller.mediaPlan.transports == earlyTransports)
        _ = try callee.setLocal()
        #expect(callee.signalingState == .stable && caller.signalingState == .stable)
    }

    @Test func `an offer of ours can be set over the one before it, and the answer is to the last`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        _ = try caller.setLocal()
        try caller.addTransceiver(2, kind: .audio)
        let offer = try caller.createOffer()
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        #expect(caller.transceivers.map(\.mid) == ["0", "1"])
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        _ = try callee.setLocal()
        _ = try caller.setRemote(.answer, sdp: callee.currentLocalDescription?.sdp ?? "")
        #expect(caller.mediaPlan.sections.count == 2)
    }

    @Test func `an offer made before a transceiver was added still belongs to those it was made for`() throws {
        var caller = try makeCaller(1)
        let early = try caller.createOffer()
        try caller.addTransceiver(2, kind: .audio, byAddTrack: true)
        _ = try caller.setLocal(.offer, sdp: early.sdp)
        #expect(caller.transceivers.map(\.mid) == ["0", nil])
        #expect(caller.isNegotiationNeeded)
    }
}
