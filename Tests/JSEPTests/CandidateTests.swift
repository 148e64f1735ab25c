import SDPFixtures
import JSEP
import SDP
import Testing

private let host = "candidate:1 1 udp 2122194687 192.0.2.2 47243 typ host generation 0"
private let hostV6 = "candidate:2 1 udp 2122265343 2001:db8::2 54203 typ host generation 0"
private let reflexive = "candidate:3 1 udp 1685987071 203.0.113.4 47250 typ srflx raddr 192.0.2.2 rport 47243 generation 0"
private let tcp = "candidate:4 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0"
private let name = "candidate:5 1 udp 2122194687 3a2b.local 47244 typ host generation 0"

@Suite struct CandidateTests {
    @Test func `our candidates are written into the description as they come, and the best becomes its address`() throws {
        var caller = try makeCaller(1)
        _ = try caller.setLocal()
        let transport = try #require(caller.mediaPlan.transports.first)
        let fragment = transport.localICE.usernameFragment
        let first = caller.addLocalCandidate(hostV6, transport: transport.id, usernameFragment: fragment)
        #expect(first == LocalCandidate(candidate: hostV6, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: fragment))
        #expect(lines(caller.pendingLocalDescription?.sdp, "c=", "m=").joined() == "m=audio 54203 UDP/TLS/RTP/SAVPF 111 63 0 8 13 110 126c=IN IP6 2001:db8::2")
        _ = caller.addLocalCandidate(host, transport: transport.id, usernameFragment: fragment)
        #expect(lines(caller.pendingLocalDescription?.sdp, "c=") == ["c=IN IP4 192.0.2.2"])
        _ = caller.addLocalCandidate(tcp, transport: transport.id, usernameFragment: fragment)
        _ = caller.addLocalCandidate(reflexive, transport: transport.id, usernameFragment: fragment)
        #expect(caller.addLocalCandidate(reflexive, transport: transport.id, usernameFragment: fragment) == nil)
        #expect(caller.addLocalCandidate(host, transport: transport.id, usernameFragment: "gone") == nil)
        #expect(lines(caller.pendingLocalDescription?.sdp, "c=", "a=rtcp:") == ["c=IN IP4 203.0.113.4", "a=rtcp:9 IN IP4 0.0.0.0"])
        #expect(lines(caller.pendingLocalDescription?.sdp, "a=candidate") == [hostV6, host, tcp, reflexive].map { "a=" + $0 })
        #expect(!caller.isLocalGatheringComplete)
        caller.localGatheringCompleted(transport: transport.id, usernameFragment: fragment)
        #expect(caller.isLocalGatheringComplete)
        // They stand where Chromium has them: after a=rtcp, before the credentials.
        let order = lines(caller.pendingLocalDescription?.sdp, "a=").map { $0.prefix(7) }
        let place = try #require(order.firstIndex(of: "a=candi"))
        #expect(order[place - 1] == "a=rtcp:" && order[place + 4] == "a=ice-u")
    }

    @Test func `a name is no address, so the description keeps none`() throws {
        var caller = try makeCaller(1)
        _ = try caller.setLocal()
        let transport = try #require(caller.mediaPlan.transports.first)
        _ = caller.addLocalCandidate(name, transport: transport.id, usernameFragment: transport.localICE.usernameFragment)
        #expect(lines(caller.pendingLocalDescription?.sdp, "c=") == ["c=IN IP4 0.0.0.0"])
        #expect(lines(caller.pendingLocalDescription?.sdp, "m=audio 9 ").count == 1)
    }

    @Test func `candidates found after the answer are in the current description and in the next offer, but not after a restart`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let transport = try #require(caller.mediaPlan.transports.first)
        _ = caller.addLocalCandidate(host, transport: transport.id, usernameFragment: transport.localICE.usernameFragment)
        #expect(lines(caller.currentLocalDescription?.sdp, "a=candidate").count == 1)
        let offer = try caller.createOffer()
        #expect(lines(offer.sdp, "a=candidate") == ["a=" + host])
        #expect(lines(offer.sdp, "m=audio 47243").count == 1)
        let restart = try caller.createOffer(iceRestart: true)
        #expect(lines(restart.sdp, "a=candidate") == [])
        #expect(lines(restart.sdp, "m=audio 9 ").count == 1)
    }

    @Test func `candidates found for an offer survive its rollback when the credentials stay`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        _ = try caller.setLocal()
        let transport = try #require(caller.mediaPlan.transports.first)
        _ = caller.addLocalCandidate(host, transport: transport.id, usernameFragment: transport.localICE.usernameFragment)
        _ = try caller.setLocal(.rollback)
        #expect(lines(caller.currentLocalDescription?.sdp, "a=candidate") == ["a=" + host])
        #expect(lines(try caller.createOffer().sdp, "a=candidate") == ["a=" + host])
    }

    @Test func `each section has candidates of its own until the answer bundles them`() throws {
        var caller = try makeCaller(1)
        try caller.addTransceiver(2, kind: .video, direction: .recvonly)
        _ = try caller.setLocal()
        #expect(caller.mediaPlan.transports.map(\.mid) == ["0", "1"])
        let second = caller.mediaPlan.transports[1]
        let told = caller.addLocalCandidate(host, transport: second.id, usernameFragment: second.localICE.usernameFragment)
        #expect(told?.sdpMid == "1" && told?.sdpMLineIndex == 1)
        #expect(lines(caller.pendingLocalDescription?.sdp, "m=").map { $0.prefix(13) } == ["m=audio 9 UDP", "m=video 47243"])
        var bundled = try makeCaller(1, bundlePolicy: .maxBundle)
        try bundled.addTransceiver(2, kind: .video, direction: .recvonly)
        _ = try bundled.setLocal()
        #expect(bundled.mediaPlan.transports.map(\.mids) == [["0", "1"]])
    }

    @Test func `remote candidates are told to the transport and written into the description`() throws {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        try callee.addRemoteCandidate(RemoteCandidate(candidate: host, sdpMid: "0"))
        try callee.addRemoteCandidate(RemoteCandidate(candidate: host, sdpMLineIndex: 0))
        try callee.addRemoteCandidate(RemoteCandidate(candidate: "a=" + hostV6, sdpMLineIndex: 0, usernameFragment: fragment(Fixtures.chromiumOffer)))
        #expect(lines(callee.pendingRemoteDescription?.sdp, "a=candidate") == ["a=" + host, "a=" + hostV6])
        _ = try callee.setLocal()
        try callee.addRemoteCandidate(RemoteCandidate(candidate: name, sdpMid: "0"))
        #expect(callee.mediaPlan.transports.first?.remoteCandidates.count == 3)
        #expect(callee.mediaPlan.transports.first?.hasRemoteEndOfCandidates == false)
        try callee.addRemoteCandidate(nil)
        #expect(callee.mediaPlan.transports.first?.hasRemoteEndOfCandidates == true)
        #expect(lines(callee.currentRemoteDescription?.sdp, "a=end-of-candidates").count == 1)
        try callee.addRemoteCandidate(RemoteCandidate(candidate: "", sdpMid: "0"))
        #expect(lines(callee.currentRemoteDescription?.sdp, "a=end-of-candidates").count == 1)
    }

    @Test func `a candidate that cannot be placed is refused as webrtc-pc says`() throws {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        let cases: [(RemoteCandidate, JSEPError.Name)] = [
            (RemoteCandidate(candidate: host), .typeError),
            (RemoteCandidate(candidate: host, sdpMid: "x"), .operationError),
            (RemoteCandidate(candidate: host, sdpMid: "x", sdpMLineIndex: 0), .operationError),
            (RemoteCandidate(candidate: host, sdpMLineIndex: 3), .operationError),
            (RemoteCandidate(candidate: host, sdpMLineIndex: -1), .operationError),
            (RemoteCandidate(candidate: host, sdpMid: "0", usernameFragment: "zzzz"), .operationError),
            (RemoteCandidate(candidate: "", usernameFragment: "zzzz"), .operationError),
            (RemoteCandidate(candidate: "candidate:foo", sdpMid: "0"), .operationError),
            (RemoteCandidate(candidate: "hello", sdpMid: "0"), .operationError),
            (RemoteCandidate(candidate: host + "\r\na=x", sdpMid: "0"), .operationError),
        ]
        for (candidate, name) in cases {
            #expect(refusal(&callee) { try $0.addRemoteCandidate(candidate) }?.name == name)
        }
    }

    @Test func `the candidate's fragment chooses between the restart that is pending and what is in force`() throws {
        var caller = try makeCaller(1)
        var callee = try makeCaller(2)
        try negotiate(&caller, &callee)
        let old = fragment(caller.currentLocalDescription?.sdp ?? "")
        let offer = try caller.createOffer(iceRestart: true)
        _ = try callee.setRemote(.offer, sdp: offer.sdp)
        try callee.addRemoteCandidate(RemoteCandidate(candidate: host, sdpMid: "0", usernameFragment: old))
        #expect(lines(callee.currentRemoteDescription?.sdp, "a=candidate").count == 1)
        #expect(lines(callee.pendingRemoteDescription?.sdp, "a=candidate") == [])
        try callee.addRemoteCandidate(RemoteCandidate(candidate: hostV6, sdpMid: "0"))
        #expect(lines(callee.pendingRemoteDescription?.sdp, "a=candidate") == ["a=" + hostV6])
    }

    private func fragment(_ sdp: String) -> String { String(lines(sdp, "a=ice-ufrag:")[0].dropFirst("a=ice-ufrag:".count)) }
}
