import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct ValidationTests {
    @Test func `a description that does not parse names its line`() throws {
        var callee = try makeCaller(2)
        let error = refusal(&callee) { _ = try $0.setRemote(.offer, sdp: "hello") }
        #expect(error == JSEPError(.operationError, "", sdpLine: 1))
        let line = lines(Fixtures.chromiumOffer, "").count + 1
        let second = refusal(&callee) { _ = try $0.setRemote(.offer, sdp: Fixtures.chromiumOffer + "a=rtpmap:111\r\n") }
        #expect(second == JSEPError(.operationError, "", sdpLine: line))
    }

    @Test func `a remote description without what a transport needs is refused`() throws {
        let offer = Fixtures.chromiumOffer
        let ufrag = lines(offer, "a=ice-ufrag")[0]
        let pwd = lines(offer, "a=ice-pwd")[0]
        for broken in [
            without(offer, "a=fingerprint"), without(offer, "a=ice-ufrag"), without(offer, "a=ice-pwd"),
            without(offer, "a=rtcp-mux"), offer.changing(ufrag, to: "a=ice-ufrag:abc"), offer.changing(pwd, to: "a=ice-pwd:abc"),
            offer.changing("BUNDLE 0", to: "BUNDLE 0 7"), offer.changing("BUNDLE 0", to: "BUNDLE 0 0"),
            without(offer, "a=fingerprint") + "a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n",
        ] {
            var callee = try makeCaller(2)
            #expect(refusal(&callee) { _ = try $0.setRemote(.offer, sdp: broken) }?.name == .invalidAccessError)
        }
    }

    @Test func `a section that is refused needs nothing`() throws {
        var callee = try makeCaller(2)
        let offer = without(Fixtures.chromiumOffer, "a=fingerprint", "a=ice", "a=rtcp-mux", "a=group").changing("m=audio 9", to: "m=audio 0")
        _ = try callee.setRemote(.offer, sdp: offer)
        _ = try callee.setLocal()
        #expect(callee.transceivers.map(\.mid) == [nil])
        #expect(callee.mediaPlan.transports.isEmpty)
    }

    @Test func `an answer has to fit its offer`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio, direction: .recvonly)
        try caller.addTransceiver(3, kind: .audio, direction: .sendonly)
        var callee = try makeCaller(2)
        let offer = try caller.createOffer()
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        let answer = try SDPParser.parse(try callee.createAnswer().sdp)
        let changes: [(inout SessionDescription) -> Void] = [
            { $0.media.removeLast(); $0.set("group", "BUNDLE 0 1") },
            { $0.media.append($0.media[0]) },
            { $0.media[0].set("mid", "x"); $0.set("group", "BUNDLE x 1 2") },
            { $0.media.swapAt(0, 1) },
            { $0.media[0].kind = "video" },
            { $0.media[0].set("setup", "actpass") },
            { $0.media[0].set("setup", "holdconn") },
            { $0.media[1].attributes.append(SDPAttribute("recvonly")); $0.media[1].removeAll("inactive") },
            { $0.media[2].attributes = $0.media[2].attributes.map { $0.name == "recvonly" ? SDPAttribute("sendrecv") : $0 } },
            { $0.set("group", "BUNDLE 0 0 1 2") },
        ]
        for change in changes {
            var wrong = answer
            change(&wrong)
            let text = SDPWriter.write(wrong)
            #expect(refusal(&caller) { _ = try $0.setRemote(.answer, sdp: text) }?.name == .invalidAccessError)
        }
        _ = try caller.setRemote(.answer, sdp: SDPWriter.write(answer))
        #expect(caller.signalingState == .stable)
    }

    @Test func `a later offer keeps the sections where they are`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let offer = try SDPParser.parse(try caller.createOffer().sdp)
        let changes: [(inout SessionDescription) -> Void] = [
            { $0.media.removeLast(); $0.set("group", "BUNDLE 0") },
            { $0.media.swapAt(0, 1) },
            { $0.media[1].kind = "video" },
            { $0.media[1].set("mid", "9"); $0.set("group", "BUNDLE 0 9") },
        ]
        for change in changes {
            var wrong = offer
            change(&wrong)
            let text = SDPWriter.write(wrong)
            #expect(refusal(&callee) { _ = try $0.setRemote(.offer, sdp: text) }?.name == .invalidAccessError)
        }
    }

    @Test func `sections without mid are the ones that were there`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        _ = try caller.setLocal()
        _ = try callee.setRemote(.offer, sdp: caller.pendingLocalDescription?.sdp ?? "")
        _ = try callee.setLocal()
        let answer = without(callee.currentLocalDescription?.sdp ?? "", "a=mid", "a=group")
        _ = try caller.setRemote(.answer, sdp: answer)
        #expect(caller.currentRemoteDescription?.sdp.hasSuffix("a=mid:0\r\n") == true)
        #expect(caller.transceivers[0].currentDirection == .sendrecv)
    }
}
