import SDPFixtures
import JSEP
import SDP
import Testing

@Suite struct OfferTests {
    @Test func `a first offer reads as Chromium's does, without what we do not support`() throws {
        var negotiator = try makeCaller()
        let offer = try negotiator.createOffer()
        let session = try SDPParser.parse(offer.sdp)
        let section = session.media[0]
        let ours = offer.sdp.split(separator: "\r\n").map(String.init)
        let expected = """
            v=0
            o=- \(session.origin.sessionID) 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            a=extmap-allow-mixed
            a=msid-semantic: WMS stream1
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0 8 13 110 126
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:\(section.iceUsernameFragment ?? "")
            a=ice-pwd:\(section.icePassword ?? "")
            a=ice-options:trickle
            a=fingerprint:\(fingerprint("AA").text)
            a=setup:actpass
            a=mid:0
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=sendrecv
            a=msid:stream1 mic1
            a=rtcp-mux
            a=rtcp-rsize
            a=rtpmap:111 opus/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:13 CN/8000
            a=rtpmap:110 telephone-event/48000
            a=rtpmap:126 telephone-event/8000
            a=ssrc:\(section.sourceAttributes[0].ssrc) cname:\(section.sourceAttributes[0].argument ?? "")
            a=ssrc:\(section.sourceAttributes[0].ssrc) msid:stream1 mic1
            """
        #expect(ours == expected.split(separator: "\n").map(String.init))
        #expect(section.iceUsernameFragment?.count == 4 && section.icePassword?.count == 24)
    }

    @Test func `an offer of nothing is still an offer`() throws {
        var negotiator = makeNegotiator()
        let changes = try negotiator.setLocal()
        #expect(changes == Changes())
        #expect(negotiator.signalingState == .haveLocalOffer)
        #expect(negotiator.mediaPlan.transports.isEmpty)
    }

    @Test func `making an offer sets nothing, and making it again keeps its identifications`() throws {
        var negotiator = try makeCaller()
        let first = try negotiator.createOffer()
        let second = try negotiator.createOffer()
        #expect(lines(first.sdp, "a=mid") == lines(second.sdp, "a=mid"))
        #expect(negotiator.signalingState == .stable)
        #expect(negotiator.transceivers[0].mid == nil)
        #expect(negotiator.localDescriptionIsAbsent)
    }

    @Test func `a transceiver that only receives names neither stream nor source`() throws {
        var negotiator = makeNegotiator()
        try negotiator.addTransceiver(1, kind: .audio, direction: .recvonly)
        let offer = try negotiator.createOffer()
        #expect(lines(offer.sdp, "a=msid:", "a=ssrc") == [])
        #expect(lines(offer.sdp, "a=recvonly").count == 1)
        #expect(lines(offer.sdp, "a=msid-semantic") == ["a=msid-semantic: WMS"])
    }

    @Test func `a sender without a track or stream says so as Chromium does`() throws {
        var negotiator = makeNegotiator()
        try negotiator.addTransceiver(1, kind: .audio)
        let offer = try negotiator.createOffer()
        #expect(lines(offer.sdp, "a=msid:").first?.hasPrefix("a=msid:- ") == true)
    }

    @Test func `several streams have a line each, and replacing the track keeps its name`() throws {
        var negotiator = try makeCaller()
        try negotiator.setStreams(["a", "b", "a"], of: 1)
        try negotiator.setSenderTrack("other", of: 1)
        let offer = try negotiator.createOffer()
        #expect(lines(offer.sdp, "a=msid:") == ["a=msid:a mic1", "a=msid:b mic1"])
    }

    @Test func `video is offered plausibly and shares the bundle`() throws {
        var negotiator = try makeCaller()
        try negotiator.addTransceiver(2, kind: .video, direction: .recvonly)
        let offer = try negotiator.createOffer()
        #expect(lines(offer.sdp, "m=video") == ["m=video 9 UDP/TLS/RTP/SAVPF 96 98 108"])
        #expect(lines(offer.sdp, "a=rtpmap:96") == ["a=rtpmap:96 VP8/90000"])
        #expect(lines(offer.sdp, "a=group") == ["a=group:BUNDLE 0 1"])
        #expect(Set(lines(offer.sdp, "a=ice-ufrag")).count == 1)
        #expect(lines(offer.sdp, "a=rtcp-fb").filter { $0.hasSuffix("transport-cc") } == ["a=rtcp-fb:111 transport-cc"])
    }

    @Test func `codec preferences decide what is offered and in which order`() throws {
        var negotiator = try makeCaller()
        try negotiator.setCodecPreferences(
            [
                CodecPreference(mimeType: "audio/PCMA", clockRate: 8000, channels: 1),
                CodecPreference(mimeType: "AUDIO/opus", clockRate: 48000, channels: 2, sdpFmtpLine: "minptime=10;useinbandfec=1"),
                CodecPreference(mimeType: "audio/PCMA", clockRate: 8000, channels: 1),
            ], of: 1)
        #expect(lines(try negotiator.createOffer().sdp, "m=") == ["m=audio 9 UDP/TLS/RTP/SAVPF 8 111"])
        try negotiator.setCodecPreferences([], of: 1)
        #expect(lines(try negotiator.createOffer().sdp, "m=") == ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0 8 13 110 126"])
    }

    @Test func `a preference for what we do not have is refused`() throws {
        var negotiator = try makeCaller()
        for preference in [
            CodecPreference(mimeType: "audio/foo", clockRate: 8000, channels: 1),
            CodecPreference(mimeType: "audio/opus", clockRate: 48000, channels: 2, sdpFmtpLine: "stereo=1"),
            CodecPreference(mimeType: "video/VP8", clockRate: 90000),
        ] {
            let error = refusal(&negotiator) { try $0.setCodecPreferences([preference], of: 1) }
            #expect(error?.name == .invalidModificationError)
        }
    }

    @Test func `a stopped transceiver that was never negotiated is not offered`() throws {
        var negotiator = try makeCaller()
        try negotiator.stop(1)
        try negotiator.stop(1)
        #expect(negotiator.transceivers[0].isStopped)
        #expect(lines(try negotiator.createOffer().sdp, "m=") == [])
        let error = refusal(&negotiator) { try $0.setDirection(.inactive, of: 1) }
        #expect(error?.name == .invalidStateError)
    }

    @Test func `a renegotiation is the next version of the same session, with the same names and numbers`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let before = try SDPParser.parse(caller.currentLocalDescription?.sdp ?? "")
        let after = try SDPParser.parse(try caller.createOffer().sdp)
        #expect(after.origin.sessionID == before.origin.sessionID)
        #expect(after.origin.sessionVersion == "3")
        #expect(after.media == before.media)
    }

    @Test func `what the other side has numbered keeps its numbers when we offer next`() throws {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.twilioOffer)
        _ = try callee.setLocal()
        try callee.addTransceiver(2, kind: .audio)
        try callee.addTransceiver(3, kind: .video)
        let offer = try SDPParser.parse(try callee.createOffer().sdp)
        #expect(offer.media[0].formats == ["0", "101", "111", "63", "8", "13", "110"])
        #expect(offer.media[0].transportProtocol == "RTP/SAVPF")
        // The number of telephone events at 8000 Hz is taken from the first section, not Chromium's usual 126.
        #expect(offer.media[1].formats == ["111", "63", "0", "8", "13", "110", "101"])
        #expect(offer.media[1].transportProtocol == "UDP/TLS/RTP/SAVPF")
    }

    @Test func `a number the other side uses for something else is not offered twice`() throws {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.aiortcOffer)
        _ = try callee.setLocal()
        try callee.addTransceiver(3, kind: .video)
        let offer = try SDPParser.parse(try callee.createOffer().sdp)
        #expect(offer.media[0].formats.first == "96")
        #expect(offer.media[1].rtpMaps.first?.encodingName == "VP8")
        #expect(offer.media[1].formats.contains("96") == false)
        // aiortc numbers its extensions the other way round.
        #expect(offer.extensionMaps(at: 0).first { $0.uri == ExtensionMap.mid }?.id == 1)
        #expect(offer.extensionMaps(at: 1).first { $0.uri == ExtensionMap.mid }?.id == 1)
    }
}

extension Negotiator {
    var localDescriptionIsAbsent: Bool { currentLocalDescription == nil && pendingLocalDescription == nil }
}
