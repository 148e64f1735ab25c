import Testing

@testable import RemoteDesktop

@Suite struct RemoteSessionTests {
    private func found(display: String?, isXRDP: Bool = false, socket: String? = nil, sockets: Set<String> = []) -> String {
        switch RemoteSession.xrdp(display: display, isXRDP: isXRDP, socket: socket, userID: 1000, exists: sockets.contains) {
        case .local: "local"
        case .remote(let channel): (channel as? XRDPChannel)?.path ?? "another"
        case .remoteWithoutChannel: "none"
        }
    }

    @Test("at the machine itself there is no channel, and none is missed")
    func local() {
        #expect(found(display: ":0") == "local")
        #expect(found(display: nil) == "local")
        #expect(found(display: "nonsense") == "local")
    }

    @Test("the channel server's socket is found in both its places, by the display's number")
    func places() {
        let old = "/run/xrdp/sockdir/xrdpapi_10", new = "/run/xrdp/sockdir/1000/xrdpapi_10"
        #expect(found(display: ":10.0", sockets: [old]) == old)
        #expect(found(display: "host:10", sockets: [old, new]) == new)
        #expect(found(display: ":11", sockets: [old]) == "local")
    }

    @Test("an xrdp session without a channel server is no local one: its microphone is not the user's")
    func missing() {
        #expect(found(display: ":10", isXRDP: true) == "none")
        #expect(found(display: nil, isXRDP: true) == "none")
    }

    @Test("the configuration has the last word")
    func configured() {
        #expect(found(display: nil, socket: "/run/other") == "/run/other")
    }
}
