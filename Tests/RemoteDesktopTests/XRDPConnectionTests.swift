import Testing

@testable import RemoteDesktop

@Suite struct XRDPConnectionTests {
    /// As the kernel lists them (proc(5)): listening sockets in state 01, connections in state 03.
    private static let sockets = """
        Num       RefCount Protocol Flags    Type St Inode Path
        000000008f2f2816: 00000002 00000000 00010000 0001 01 6138938 /run/xrdp/sockdir/xrdpapi_70
        0000000042e14417: 00000002 00000000 00010000 0001 01 6138325 /run/xrdp/sockdir/xrdp_chansrv_socket_70
        00000000411681e9: 00000003 00000000 00000000 0001 03 6138316 /run/xrdp/sockdir/xrdp_chansrv_socket_70
        000000003ff14d32: 00000003 00000000 00000000 0001 03 6140106 /run/xrdp/sockdir/xrdpapi_70
        00000000411681e0: 00000003 00000000 00000000 0001 03 6138317 /run/xrdp/sockdir/xrdp_chansrv_socket_7
        0000000000000000: 00000003 00000000 00000000 0001 03 99
        """

    @Test("a client's connection is named by the kernel's number")
    func named() {
        #expect(XRDPConnection.name(at: "/run/xrdp/sockdir/xrdpapi_70", in: Self.sockets) == "6138316")
        #expect(XRDPConnection.name(at: "/run/xrdp/sockdir/xrdpapi_7", in: Self.sockets) == "6138317")
    }

    @Test("no client, another user's folder, another kind of socket: none", arguments: ["/run/xrdp/sockdir/xrdpapi_71", "/run/xrdp/sockdir/1000/xrdpapi_70", "/tmp/socket", "", "xrdpapi_70"])
    func none(path: String) {
        #expect(XRDPConnection.name(at: path, in: Self.sockets) == nil)
    }
}
