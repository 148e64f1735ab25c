import JSEP
import SDP
import Testing

@Suite struct MungingTests {
    /// What pages do to our offers, and Chromium lets them.
    static let harmless: [(String, @Sendable (String) -> String)] = [
        ("reordered", { $0.changing("SAVPF 111 63 0 8", to: "SAVPF 8 0 111") }),
        ("maxaveragebitrate", { $0.changing("useinbandfec=1", to: "useinbandfec=1;maxaveragebitrate=20000;stereo=1;usedtx=1") }),
        ("ptime", { $0 + "a=ptime:60\r\na=maxptime:60\r\n" }),
        ("without opus", { without($0, "a=rtpmap:111", "a=fmtp:111").changing("SAVPF 111 63", to: "SAVPF 63") }),
        ("recvonly", { $0.changing("a=sendrecv", to: "a=recvonly") }),
        ("without group", { without($0, "a=group") }),
        ("without extensions", { without($0, "a=extmap") }),
        ("without sources", { without($0, "a=ssrc") }),
        ("without msid", { without($0, "a=msid:") }),
        ("other profile", { $0.changing("UDP/TLS/RTP/SAVPF", to: "UDP/TLS/RTP/AVPF") }),
        ("bandwidth", { $0.changing("a=rtcp:9", to: "b=AS:30\r\na=rtcp:9") }),
        ("other numbers", { $0.changing("SAVPF 111", to: "SAVPF 112").changing(":111 ", to: ":112 ") }),
        ("other mid", { $0.changing("a=mid:0", to: "a=mid:foo").changing("BUNDLE 0", to: "BUNDLE foo") }),
        ("passive", { $0.changing("actpass", to: "passive") }),
        ("unknown line", { $0 + "a=foo:bar\r\n" }),
        ("other credentials", { $0.changing(lines($0, "a=ice-ufrag")[0], to: "a=ice-ufrag:abcdefgh") }),
        ("without trickle and reduced size", { without($0, "a=ice-options", "a=rtcp-rsize") }),
        ("a candidate of the page", { $0 + "a=candidate:1 1 udp 2122194687 192.0.2.1 47243 typ host\r\n" }),
    ]

    @Test(arguments: harmless.map(\.0))
    func `a changed offer is set as it was changed, and can be answered`(name: String) throws {
        let munge = try #require(Self.harmless.first { $0.0 == name }?.1)
        var caller = try makeCaller(1)
        let munged = munge(try caller.createOffer().sdp)
        _ = try caller.setLocal(.offer, sdp: munged)
        #expect(caller.pendingLocalDescription?.sdp == munged)
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: munged)
        _ = try callee.setLocal()
        _ = try caller.setRemote(.answer, sdp: callee.currentLocalDescription?.sdp ?? "")
        #expect(caller.mediaPlan.sections.count == 1)
        #expect(caller.mediaPlan.transports.first?.localICE == callee.mediaPlan.transports.first?.remoteICE)
        #expect(caller.mediaPlan.sections.first?.receiveCodecs == callee.mediaPlan.sections.first?.sendCodecs)
    }

    @Test func `what is changed is what we do`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        let munged = try caller.createOffer().sdp.changing("useinbandfec=1", to: "useinbandfec=1;maxaveragebitrate=20000")
            .changing("a=sendrecv", to: "a=recvonly") + "a=ptime:60\r\n"
        _ = try caller.setLocal(.offer, sdp: munged)
        _ = try callee.setRemote(.offer, sdp: munged)
        _ = try callee.setLocal()
        _ = try caller.setRemote(.answer, sdp: callee.currentLocalDescription?.sdp ?? "")
        #expect(callee.mediaPlan.sections.first?.sendCodecs.first?.parameters["maxaveragebitrate"] == "20000")
        #expect(callee.mediaPlan.sections.first?.sendPacketTime == 60)
        #expect(caller.transceivers[0].direction == .sendrecv && caller.transceivers[0].currentDirection == .recvonly)
        #expect(caller.mediaPlan.sections.first?.direction == .recvonly)
    }

    @Test func `Chromium's refusals are ours`() throws {
        let refused: [(@Sendable (String) -> String, JSEPError.Name)] = [
            ({ $0.changing("sha-256 AA", to: "sha-256 00") }, .invalidModificationError),
            ({ without($0, "a=fingerprint") }, .invalidAccessError),
            ({ without($0, "a=ice-ufrag") }, .invalidAccessError),
            ({ without($0, "a=mid") }, .invalidAccessError),
            ({ without($0, "a=rtcp-mux") }, .invalidAccessError),
            ({ $0.changing("SAVPF 111", to: "SAVPF 100 111") + "a=rtpmap:100 foo/8000\r\n" }, .operationError),
            ({ $0 + "zzz\r\n" }, .operationError),
            ({ $0 + "a=candidate:foo\r\n" }, .operationError),
            ({ $0.changing("UDP/TLS/RTP/SAVPF", to: "UDP/TLS/RTP/SA") }, .operationError),
        ]
        for (munge, name) in refused {
            var caller = try makeCaller(1)
            let munged = munge(try caller.createOffer().sdp)
            #expect(refusal(&caller) { _ = try $0.setLocal(.offer, sdp: munged) }?.name == name)
        }
    }

    @Test func `a page may refuse or hold in the answer it sets`() throws {
        var caller = try makeCaller(1)
        let offer = try caller.createOffer()
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        let held = try callee.createAnswer().sdp.changing("a=sendrecv", to: "a=sendonly")
        let changes = try callee.setLocal(.answer, sdp: held)
        #expect(changes.receiversMuted == [1])
        #expect(callee.transceivers[0].currentDirection == .sendonly)
        var other = try makeCaller(4)
        _ = try other.setRemote(.offer, sdp: offer.sdp)
        let refused = try other.createAnswer().sdp.changing("m=audio 9", to: "m=audio 0")
        _ = try other.setLocal(.answer, sdp: refused)
        #expect(other.transceivers.isEmpty)
    }
}
