import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct TransportNegotiationTests {
    @Test func `an ICE restart gives both sides new credentials and leaves DTLS alone`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let (before, beforeCallee) = (caller.mediaPlan.transports[0], callee.mediaPlan.transports[0])
        caller.restartICE()
        #expect(caller.isNegotiationNeeded)
        try negotiate(&caller, &callee)
        let (after, afterCallee) = (caller.mediaPlan.transports[0], callee.mediaPlan.transports[0])
        #expect(after.id == before.id && after.iceGeneration == 1 && after.localICE != before.localICE)
        #expect(afterCallee.iceGeneration == 1 && afterCallee.localICE != beforeCallee.localICE)
        #expect(after.remoteICE == afterCallee.localICE)
        #expect(after.dtlsGeneration == 0 && after.dtlsRole == before.dtlsRole)
        #expect(!caller.isNegotiationNeeded)
        try negotiate(&caller, &callee)
        #expect(caller.mediaPlan.transports[0].iceGeneration == 1)
    }

    @Test func `whoever offers next, the DTLS roles stay`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        try negotiate(&callee, &caller)
        #expect(caller.mediaPlan.transports[0].dtlsRole == .server && callee.mediaPlan.transports[0].dtlsRole == .client)
        #expect(lines(caller.currentLocalDescription?.sdp, "a=setup") == ["a=setup:passive"])
        #expect(caller.mediaPlan.transports[0].isControlling && !callee.mediaPlan.transports[0].isControlling)
        #expect(caller.mediaPlan.transports[0].dtlsGeneration == 0)
    }

    @Test func `another fingerprint is another DTLS association`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let offer = try caller.createOffer(iceRestart: true)
        _ = try callee.setRemote(.offer, sdp: offer.sdp.changing(fingerprint("AA").text, to: fingerprint("CC").text))
        _ = try callee.setLocal()
        #expect(callee.mediaPlan.transports[0].dtlsGeneration == 1)
        #expect(callee.mediaPlan.transports[0].remoteFingerprints == [fingerprint("CC")])
    }

    @Test func `without BUNDLE each section has a transport of its own`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        _ = try caller.setLocal()
        let offer = without(caller.pendingLocalDescription?.sdp ?? "", "a=group")
        _ = try callee.setRemote(.offer, sdp: offer)
        _ = try callee.setLocal()
        _ = try caller.setRemote(.answer, sdp: callee.currentLocalDescription?.sdp ?? "")
        #expect(caller.mediaPlan.transports.map(\.mids) == [["0"], ["1"]])
        #expect(callee.mediaPlan.transports.map(\.mids) == [["0"], ["1"]])
        #expect(Set(caller.mediaPlan.sections.map(\.transport)).count == 2)
        try negotiate(&caller, &callee)
        // Offered anew, the bundle is taken.
        #expect(caller.mediaPlan.transports.map(\.mids) == [["0", "1"]])
    }

    @Test func `an answer cannot take a section out of a bundle that stands`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        _ = try caller.setLocal()
        _ = try callee.setRemote(.offer, sdp: caller.pendingLocalDescription?.sdp ?? "")
        let answer = without(try callee.createAnswer().sdp, "a=group")
        #expect(refusal(&caller) { _ = try $0.setRemote(.answer, sdp: answer) }?.name == .invalidAccessError)
    }

    @Test func `max-bundle wants a bundle`() throws {
        var callee = try makeCaller(2, bundlePolicy: .maxBundle)
        let offer = without(Fixtures.chromiumOffer, "a=group")
        #expect(refusal(&callee) { _ = try $0.setRemote(.offer, sdp: offer) }?.name == .invalidAccessError)
        var caller = try makeCaller(1, bundlePolicy: .maxBundle)
        var other = try makeCaller(4)
        _ = try caller.setLocal()
        _ = try other.setRemote(.offer, sdp: caller.pendingLocalDescription?.sdp ?? "")
        let answer = without(try other.createAnswer().sdp, "a=group")
        #expect(refusal(&caller) { _ = try $0.setRemote(.answer, sdp: answer) }?.name == .invalidAccessError)
    }

    @Test func `a section that is bundle-only has port 0 and is alive`() throws {
        var callee = try makeCaller(2)
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .audio)
        var offer = try SDPParser.parse(try caller.createOffer().sdp)
        offer.media[1].port = 0
        offer.media[1].append("bundle-only")
        for attribute in ["ice-ufrag", "ice-pwd", "fingerprint", "setup"] { offer.media[1].removeAll(attribute) }
        _ = try callee.setRemote(.offer, sdp: SDPWriter.write(offer))
        let answer = try SDPParser.parse(try callee.createAnswer().sdp)
        #expect(answer.media.map(\.port) == [9, 9])
        _ = try callee.setLocal()
        #expect(callee.mediaPlan.transports.map(\.mids) == [["0", "1"]])
    }

    @Test func `where the first section is refused, the bundle's transport is the next one's`() throws {
        var caller = makeNegotiator(1)
        try caller.addTransceiver(1, kind: .video)
        try caller.addTransceiver(2, kind: .audio)
        var callee = try makeCaller(2)
        _ = try caller.setLocal()
        let ids = caller.mediaPlan.transports.map(\.id)
        // In codecs that nobody knows.
        let offer = (caller.pendingLocalDescription?.sdp ?? "").changing("/90000", to: "/80000")
        _ = try callee.setRemote(.offer, sdp: offer)
        _ = try callee.setLocal()
        _ = try caller.setRemote(.answer, sdp: callee.currentLocalDescription?.sdp ?? "")
        #expect(caller.mediaPlan.transports.map(\.id) == [ids[1]])
        #expect(caller.mediaPlan.transports.map(\.mid) == ["1"])
        #expect(callee.mediaPlan.transports.map(\.mid) == ["1"])
    }

    @Test func `what others answer is understood`() throws {
        var caller = try makeCaller(1)
        _ = try caller.setLocal()
        let changes = try caller.setRemote(.answer, sdp: Fixtures.baresipAnswer)
        #expect(changes.tracksAdded.first?.streams.count == 1)
        let transport = try #require(caller.mediaPlan.transports.first)
        #expect(transport.dtlsRole == .server)
        #expect(transport.remoteICE?.usernameFragment == "h7Kq")
        let section = try #require(caller.mediaPlan.sections.first)
        // The number opus has there differs from the one we offered; each side sends the other's.
        #expect(section.sendCodecs.map(\.payloadType) == [96, 0])
        #expect(section.receiveCodecs.map(\.payloadType) == [111, 0, 8])
        #expect(section.sendTelephoneEvents == [8000: 101] && section.receiveTelephoneEvents == [48000: 110, 8000: 126])
        #expect(section.sendBandwidth == 125_000)
        #expect(section.sendCodecs.first?.parameters == ["stereo": "1", "sprop-stereo": "1"])

        var other = try makeCaller(3)
        _ = try other.setLocal()
        _ = try other.setRemote(.answer, sdp: Fixtures.aiortcAnswer)
        #expect(other.mediaPlan.sections.first?.sendCodecs.map(\.name) == ["opus", "PCMU", "PCMA"])
        #expect(other.mediaPlan.sections.first?.sendExtensions == SectionPlan.Extensions(audioLevel: 2, mid: 1))
        #expect(!other.canInsertDTMF(1))
        var third = try makeCaller(5)
        _ = try third.setLocal()
        _ = try third.setRemote(.answer, sdp: Fixtures.chromiumAnswer)
        #expect(third.mediaPlan.sections.first?.direction == .sendrecv)
    }
}
