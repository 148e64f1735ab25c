import Engine
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The unix sockets at which the engine is found: the logged-in user's alone.
package enum EngineSocket {
    /// Why the socket cannot be served.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
        /// Another engine serves it already, which is all that was wanted.
        package let isServedAlready: Bool
    }

    /// `$NEAREND_ENGINE_SOCKET`, else in the user's runtime folder, where the systemd unit has it too.
    package static var standardPath: String {
        if let named = getenv("NEAREND_ENGINE_SOCKET").map({ String(cString: $0) }), !named.isEmpty { return named }
        let folder = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/run/user/\(geteuid())"
        return "\(folder)/nearend/engine.sock"
    }

    /// Where the engine at `path` takes the commands of its user.
    package static func controlPath(of path: String) -> String { path + ".control" }

    /// Listens for channels: at the socket that systemd has opened (sd_listen_fds(3)), or at `path`, in a folder that only the user enters.
    package static func listen(at path: String, server: EngineServer, logger: Logger) throws -> EventLoopFuture<any Channel> {
        let bootstrap = bootstrap(logger: logger) { EngineChannelHandler(server) }
        if let handle = inheritedSocket() { return bootstrap.withBoundSocket(handle) }
        try prepare(path)
        return bind(bootstrap, path)
    }

    /// Listens for commands, beside the socket for channels.
    package static func listenForCommands(at path: String, server: EngineServer, logger: Logger) -> EventLoopFuture<any Channel> {
        bind(bootstrap(logger: logger) { ControlHandler(server) }, controlPath(of: path))
    }

    private static func bootstrap(logger: Logger, handler: @escaping @Sendable () -> any ChannelInboundHandler & Sendable) -> ServerBootstrap {
        ServerBootstrap(group: NetworkLoop.eventLoop)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
            .childChannelInitializer { channel in
                guard let provider = channel as? any SocketOptionProvider else {
                    return channel.eventLoop.makeFailedFuture(Problem(description: "a connection without an owner", isServedAlready: false))
                }
                // unix(7): who has connected, as the kernel knows it.
                let owner: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
                    level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
                return owner.flatMapThrowing { owner in
                    guard owner.uid == geteuid() else {
                        logger.warning("a connection of another user was refused", metadata: ["uid": "\(owner.uid)"])
                        throw Problem(description: "a connection of user \(owner.uid)", isServedAlready: false)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler())
                }
            }
    }

    private static func bind(_ bootstrap: ServerBootstrap, _ path: String) -> EventLoopFuture<any Channel> {
        // The socket is the user's alone from its first moment on.
        let mask = umask(0o177)
        let bound = bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
        bound.whenComplete { _ in umask(mask) }
        return bound
    }

    /// As unix(7) lays `struct ucred` out.
    private struct PeerCredentials: Sendable {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    private static func inheritedSocket() -> CInt? {
        guard let pid = getenv("LISTEN_PID").flatMap({ Int32(String(cString: $0)) }), pid == getpid(),
            let count = getenv("LISTEN_FDS").flatMap({ Int(String(cString: $0)) }), count >= 1
        else { return nil }
        // What we start ourselves shall not think that it is meant.
        unsetenv("LISTEN_PID")
        unsetenv("LISTEN_FDS")
        _ = fcntl(3, F_SETFD, FD_CLOEXEC)
        return 3
    }

    /// Makes the folder, and sees to it that one engine serves the socket: the lock ends with the process.
    private static func prepare(_ path: String) throws(Problem) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !folder.isEmpty, mkdir(folder, 0o700) == 0 { chmod(folder, 0o700) }
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw Problem(description: "\(path).lock: \(String(cString: strerror(errno)))", isServedAlready: false)
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(lock)
            throw Problem(description: "another engine serves \(path) already", isServedAlready: true)
        }
    }
}
