import SDPFixtures
import JSEP
import SDP
import Testing

private func answer(_ offer: String, _ prepare: (inout Negotiator) throws -> Void = { _ in }) throws -> (SessionDescription, Negotiator) {
    var callee = try makeCaller(2)
    _ = try callee.setRemote(.offer, sdp: offer)
    try prepare(&callee)
    let answer = try callee.createAnswer()
    _ = try callee.setLocal(.answer, sdp: answer.sdp)
    return (try SDPParser.parse(answer.sdp), callee)
}

@Suite struct AnswerTests {
    @Test func `an answer has the offer's numbers, order, profile and extensions`() throws {
        let (session, callee) = try answer(Fixtures.chromiumOffer)
        let section = session.media[0]
        #expect(section.formats == ["111", "63", "0", "8", "13", "110", "126"])
        #expect(session.extensionMaps(at: 0).map(\.id) == [1, 3, 4])
        #expect(section.setup == .active)
        #expect(session.bundleGroups == [SDPGroup(semantics: "BUNDLE", mids: ["0"])])
        #expect(session.allowsMixedExtensions)
        #expect(section.sourceAttributes.map(\.name) == ["cname"])
        #expect(callee.mediaPlan.transports.first?.dtlsRole == .client)
        #expect(callee.mediaPlan.transports.first?.isControlling == false)
        #expect(callee.transceivers.map(\.currentDirection) == [.sendrecv])
        #expect(callee.canTrickleIceCandidates == true)
    }

    @Test func `Twilio's gateway gets what it asks for`() throws {
        let (session, callee) = try answer(Fixtures.twilioOffer)
        #expect(session.media[0].formats == ["0", "101", "111"])
        #expect(session.media[0].transportProtocol == "RTP/SAVPF")
        #expect(session.media[0].mid == "0")
        #expect(session.groups.isEmpty)
        #expect(session.extensionMaps(at: 0).isEmpty)
        #expect(!session.media[0].allowsReducedSizeRTCP)
        #expect(callee.currentRemoteDescription?.sdp.contains("a=mid:0\r\n") == true)
        #expect(callee.canTrickleIceCandidates == false)
        let section = try #require(callee.mediaPlan.sections.first)
        #expect(section.sendCodecs.map(\.name) == ["PCMU", "opus"])
        #expect(section.sendCodecs[1].parameters["maxplaybackrate"] == "48000")
        #expect(section.sendTelephoneEvents == [8000: 101])
        #expect(section.sendPacketTime == 20 && section.sendMaximumPacketTime == 150)
        #expect(section.sendExtensions == SectionPlan.Extensions())
        #expect(callee.canInsertDTMF(1))
        let transport = try #require(callee.mediaPlan.transports.first)
        #expect(transport.isRemoteLite && transport.isControlling)
        #expect(transport.remoteCandidates == ["1 1 UDP 2130706431 192.0.2.7 18934 typ host"])
        #expect(transport.hasRemoteEndOfCandidates)
        #expect(transport.remoteICE == ICEParameters(usernameFragment: "7Lv4uMd7wQaQAVXH", password: "wz4YX6R8HpUOSvOkUCmaV2xe"))
    }

    @Test func `video is answered as a browser does, and nothing is planned for it`() throws {
        let (session, callee) = try answer(Fixtures.chromiumFullOffer)
        #expect(session.media.map(\.port) == [9, 9, 9])
        #expect(session.media.map(\.kind) == ["audio", "video", "application"])
        #expect(session.media.map(\.mid) == ["0", "1", "2"])
        #expect(session.bundleGroups.map(\.mids) == [["0", "1", "2"]])
        // aiortc reads no section without them.
        #expect(session.media.allSatisfy { $0.iceUsernameFragment != nil && $0.fingerprints.count == 1 && $0.setup == .active })
        #expect(callee.transceivers.map(\.kind) == [.audio, .video])
        #expect(callee.mediaPlan.sections.map(\.kind) == [.audio])
        #expect(callee.mediaPlan.transports.map(\.mids) == [["0", "1", "2"]])
    }

    @Test func `the profile Chromium cannot take is taken, and written back as it was`() throws {
        let (session, callee) = try answer(Fixtures.exotelOffer)
        #expect(session.media[0].port == 9)
        #expect(session.media[0].transportProtocol == "UDP/TLS/RTP/AVPF")
        #expect(callee.mediaPlan.sections.first?.sendCodecs.map(\.name) == ["PCMA"])
        let (other, _) = try answer(Fixtures.sipML5Offer)
        #expect(other.media[0].transportProtocol == "RTP/SAVPF")
    }

    @Test(arguments: ["RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP"])
    func `older profiles are answered too`(profile: String) throws {
        let (session, _) = try answer(Fixtures.chromiumOffer.changing("UDP/TLS/RTP/SAVPF", to: profile))
        #expect(session.media[0].transportProtocol == profile && session.media[0].port == 9)
    }

    @Test func `fingerprints of several algorithms are all kept`() throws {
        let (_, callee) = try answer(Fixtures.aiortcOffer)
        #expect(callee.mediaPlan.transports.first?.remoteFingerprints.map(\.algorithm) == ["sha-256", "sha-384", "sha-512"])
    }

    @Test func `what the session says about transport holds for its sections`() throws {
        let (_, callee) = try answer(Fixtures.janusOffer)
        let transport = try #require(callee.mediaPlan.transports.first)
        #expect(transport.mid == "a")
        #expect(transport.remoteFingerprints.count == 1)
        #expect(callee.mediaPlan.sections.first?.direction == .recvonly)
    }

    @Test func `an offer without a codec in common is declined`() throws {
        let foreign = without(Fixtures.chromiumOffer, "a=rtpmap", "a=fmtp", "a=rtcp-fb")
            .changing("111 63 9 0 8 13 110 126", to: "100 126") + "a=rtpmap:100 foo/8000\r\na=rtpmap:126 telephone-event/8000\r\n"
        let (session, callee) = try answer(foreign)
        #expect(session.media[0].port == 0)
        #expect(session.groups.map(\.value) == ["BUNDLE"])
        #expect(callee.transceivers.isEmpty)
        #expect(callee.mediaPlan.transports.isEmpty)
    }

    @Test func `opus has two channels or is something else`() throws {
        let (session, _) = try answer(Fixtures.chromiumOffer.changing("opus/48000/2", to: "opus/48000"))
        #expect(session.media[0].formats == ["0", "8", "13", "110", "126"])
    }

    @Test func `PCMU and PCMA need no map, and a map may be written in capitals`() throws {
        let bare = without(Fixtures.chromiumOffer, "a=rtpmap", "a=fmtp", "a=rtcp-fb").changing(
            "111 63 9 0 8 13 110 126", to: "0 96 8") + "a=rtpmap:96 OPUS/48000/2\r\n"
        let (session, callee) = try answer(bare)
        #expect(session.media[0].formats == ["0", "96", "8"])
        #expect(session.media[0].rtpMaps.map(\.encodingName) == ["PCMU", "OPUS", "PCMA"])
        #expect(callee.mediaPlan.sections.first?.sendCodecs.map(\.name) == ["PCMU", "opus", "PCMA"])
    }

    @Test func `our preferences order our answer, the offer orders what we send`() throws {
        let (session, callee) = try answer(Fixtures.chromiumOffer) { callee in
            try callee.setCodecPreferences(
                [
                    CodecPreference(mimeType: "audio/PCMA", clockRate: 8000, channels: 1),
                    CodecPreference(mimeType: "audio/PCMU", clockRate: 8000, channels: 1),
                ], of: 1)
        }
        #expect(session.media[0].formats == ["8", "0"])
        // RFC 3264 §6.1.
        #expect(callee.mediaPlan.sections.first?.sendCodecs.map(\.name) == ["PCMU", "PCMA"])
        #expect(callee.mediaPlan.sections.first?.receiveCodecs.map(\.name) == ["PCMA", "PCMU"])
    }

    @Test(arguments: [
        (MediaDirection.sendrecv, MediaDirection.sendrecv), (.sendonly, .recvonly), (.recvonly, .sendonly), (.inactive, .inactive),
    ])
    func `the answer's direction is the offer's turned around, as far as we want it`(
        offered: MediaDirection, expected: MediaDirection
    ) throws {
        let offer = Fixtures.chromiumOffer.changing("a=sendrecv", to: "a=\(offered)")
        let (session, callee) = try answer(offer)
        #expect(session.direction(at: 0) == expected)
        #expect(callee.mediaPlan.sections.first?.direction == expected)
        let wanting = callee.transceivers.filter { $0.direction == .sendrecv }
        #expect(wanting.count == 1)
    }

    @Test func `the other side's choice of DTLS role is obeyed`() throws {
        let (passive, server) = try answer(Fixtures.chromiumOffer.changing("actpass", to: "active"))
        #expect(passive.setup(at: 0) == .passive)
        #expect(server.mediaPlan.transports.first?.dtlsRole == .server)
        let (active, _) = try answer(Fixtures.chromiumOffer.changing("actpass", to: "passive"))
        #expect(active.setup(at: 0) == .active)
        let (unsaid, _) = try answer(without(Fixtures.chromiumOffer, "a=setup"))
        #expect(unsaid.setup(at: 0) == .active)
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer.changing("actpass", to: "holdconn"))
        let error = refusal(&callee) { _ = try $0.createAnswer() }
        #expect(error?.name == .operationError)
    }

    @Test func `without rtcp-mux a section is refused, unless the policy negotiates and there is no bundle`() throws {
        let bundled = without(Fixtures.chromiumOffer, "a=rtcp-mux")
        let single = without(bundled, "a=group")
        for (offer, policy) in [
            (bundled, NegotiatorConfiguration.RTCPMuxPolicy.require), (bundled, .negotiate), (single, .require),
        ] {
            var callee = try makeCaller(2, rtcpMuxPolicy: policy)
            let error = refusal(&callee) { _ = try $0.setRemote(.offer, sdp: offer) }
            #expect(error?.name == .invalidAccessError)
        }
        var callee = try makeCaller(2, rtcpMuxPolicy: .negotiate)
        _ = try callee.setRemote(.offer, sdp: single)
        _ = try callee.setLocal()
        let multiplexing = lines(callee.currentLocalDescription?.sdp, "a=rtcp-mux")
        #expect(multiplexing.isEmpty)
        #expect(callee.mediaPlan.transports.first?.multiplexesRTCP == false)
    }

    @Test func `a transceiver made by addTrack takes the section that would receive, another does not`() throws {
        let (_, callee) = try answer(Fixtures.chromiumOffer)
        #expect(callee.transceivers.map(\.handle) == [1])
        var other = makeNegotiator(2)
        try other.addTransceiver(1, kind: .audio)
        let changes = try other.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        #expect(changes.transceiversAdded == [-1])
        #expect(other.transceivers.map(\.handle) == [1, -1])
        #expect(other.transceivers.map(\.direction) == [.sendrecv, .recvonly])
        #expect(other.transceivers.map(\.mid) == [nil, "0"])
    }
}
