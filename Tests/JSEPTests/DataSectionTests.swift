import JSEP
import SDP
import Testing

@Suite struct DataSectionTests {
    private func session(_ text: DescriptionText?) throws -> SessionDescription { try SDPParser.parse(try #require(text).sdp) }

    @Test func `an offer of channels only has the one section, as Chromium writes it`() throws {
        var caller = makeNegotiator()
        try caller.addData()
        #expect(caller.isNegotiationNeeded)
        let offer = try session(try caller.createOffer())
        #expect(offer.media.map(\.kind) == ["application"])
        let section = offer.media[0]
        #expect(section.transportProtocol == "UDP/DTLS/SCTP" && section.formats == ["webrtc-datachannel"] && section.port == 9)
        #expect(section.sctpPort == 5000 && section.maximumMessageSize == 262_144)
        #expect(
            section.attributes.map(\.name) == [
                "ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup", "mid", "sctp-port", "max-message-size",
            ])
        #expect(offer.bundleGroups.map(\.mids) == [["0"]])
    }

    @Test func `offer and answer agree on the section, beside audio and after it`() throws {
        var (caller, callee) = (try makeCaller(1), makeNegotiator(2))
        try caller.addData()
        try negotiate(&caller, &callee)
        #expect(try session(caller.currentLocalDescription).media.map(\.kind) == ["audio", "application"])
        #expect(try session(callee.currentLocalDescription).media.map(\.port) == [9, 9])
        for side in [caller, callee] {
            let data = try #require(side.mediaPlan.data)
            #expect(data.mid == "1" && data.transport == side.mediaPlan.transports[0].id)
            #expect(data.maximumMessageSize == 262_144 && data.localPort == 5000 && data.remotePort == 5000)
            #expect(side.mediaPlan.transports.map(\.mids) == [["0", "1"]])
            #expect(!side.isNegotiationNeeded && !side.isDataRefused)
        }
        try negotiate(&callee, &caller)
        #expect(try session(callee.currentLocalDescription).media.map(\.mid) == ["0", "1"])
        #expect(caller.mediaPlan.data != nil && callee.mediaPlan.data != nil)
    }

    @Test func `the other side's size is the limit, 64 KiB where it says none, ours where it takes any`() throws {
        for (line, limit) in [
            ("a=max-message-size:1000\r\n", 1000), ("", 65_536), ("a=max-message-size:0\r\n", 262_144),
            ("a=max-message-size:99999999\r\n", 262_144),
        ] {
            var (caller, callee) = (makeNegotiator(1), makeNegotiator(2))
            try caller.addData()
            let offer = try caller.createOffer().sdp.replacing("a=max-message-size:262144\r\n", with: line)
            _ = try callee.setRemote(.offer, sdp: offer)
            _ = try callee.setLocal()
            #expect(callee.mediaPlan.data?.maximumMessageSize == limit)
        }
    }

    @Test func `a refused section ends the plan, and is not asked for again`() throws {
        var (caller, callee) = (try makeCaller(1), makeNegotiator(2))
        try caller.addData()
        let offer = try caller.createOffer()
        _ = try caller.setLocal(.offer, sdp: offer.sdp)
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        let answer = try callee.createAnswer().sdp.replacing("m=application 9", with: "m=application 0").replacing(
            "BUNDLE 0 1", with: "BUNDLE 0")
        _ = try caller.setRemote(.answer, sdp: answer)
        #expect(caller.mediaPlan.data == nil && caller.isDataRefused && !caller.isNegotiationNeeded)
        let next = try session(try caller.createOffer())
        #expect(next.media.map(\.kind) == ["audio", "application"] && next.media[1].isRejected)
    }

    @Test func `the form of the drafts is answered in kind`() throws {
        var (caller, callee) = (makeNegotiator(1), makeNegotiator(2))
        try caller.addData()
        let offer = try caller.createOffer().sdp
            .replacing("UDP/DTLS/SCTP webrtc-datachannel", with: "DTLS/SCTP 5001").replacing(
                "a=sctp-port:5000", with: "a=sctpmap:5001 webrtc-datachannel 1024")
        _ = try callee.setRemote(.offer, sdp: offer)
        _ = try callee.setLocal()
        let section = try session(callee.currentLocalDescription).media[0]
        #expect(section.transportProtocol == "DTLS/SCTP" && section.formats == ["5000"])
        #expect(section.values(of: "sctpmap") == ["5000 webrtc-datachannel 1024"])
        #expect(callee.mediaPlan.data?.remotePort == 5001 && callee.mediaPlan.data?.localPort == 5000)
    }

    @Test func `a rollback takes the section back, and the next offer has it under the same name`() throws {
        var caller = try makeCaller()
        try caller.addData()
        _ = try caller.setLocal()
        _ = try caller.setLocal(.rollback)
        #expect(caller.isNegotiationNeeded)
        #expect(try session(try caller.createOffer()).media.map(\.mid) == ["0", "1"])
    }

    @Test func `data first in the bundle leaves RTCP its place`() throws {
        var (caller, callee) = (makeNegotiator(1), makeNegotiator(2))
        try caller.addData()
        try negotiate(&caller, &callee)
        try caller.addTransceiver(1, kind: .audio, sender: SenderSource(trackID: "mic", streams: []))
        try negotiate(&caller, &callee)
        #expect(try session(caller.currentLocalDescription).media.map(\.kind) == ["application", "audio"])
        #expect(callee.mediaPlan.transports.map(\.multiplexesRTCP) == [true])
        #expect(callee.mediaPlan.sections.count == 1 && callee.mediaPlan.data?.mid == "0")
    }
}
