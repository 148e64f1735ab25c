import Glibc

/// Whether this process runs in a remote desktop, and which channel leads to the user's device.
package enum RemoteSession: Sendable {
    /// The user sits at this machine: the engine runs in the host's own process.
    case local
    case remote(any VirtualChannel)
    /// A remote desktop that offers no channel; the reason is for a person.
    case remoteWithoutChannel(String)

    /// - Parameters:
    ///   - display: `$DISPLAY`.
    ///   - isXRDP: whether `$XRDP_SESSION` is set, which xrdp's session manager sees to.
    ///   - socket: the channel server's socket, where the configuration names one.
    ///   - exists: whether there is a socket at a path.
    package static func xrdp(
        display: String?, isXRDP: Bool, socket: String?, userID: UInt32, exists: (String) -> Bool
    ) -> RemoteSession {
        if let socket { return .remote(XRDPChannel(path: socket)) }
        let number = display.flatMap(Self.displayNumber)
        // xrdp 0.10 gives each user a folder; before, all were in one.
        let places = number.map { ["/run/xrdp/sockdir/\(userID)/xrdpapi_\($0)", "/run/xrdp/sockdir/xrdpapi_\($0)"] } ?? []
        if let place = places.first(where: exists) { return .remote(XRDPChannel(path: place)) }
        guard isXRDP else { return .local }
        return .remoteWithoutChannel("This is an xrdp session, and its channel server is not there (\(places.first ?? "DISPLAY is not set")).")
    }

    /// 10 of `:10`, `:10.0` or `host:10.0`.
    static func displayNumber(_ display: String) -> Int? {
        guard let colon = display.lastIndex(of: ":") else { return nil }
        return Int(display[display.index(after: colon)...].prefix { $0 != "." })
    }

    /// As `exists` above: a socket, of this user or of a group of his.
    package static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
