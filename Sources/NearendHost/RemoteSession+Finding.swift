import EngineService
import Glibc
import RemoteDesktop

extension RemoteSession {
    /// Where this process runs, by the configuration and by what the session has put into the environment. Errors: a channel that is not described well.
    static func find(_ configuration: HostConfiguration) throws(ConfigurationError) -> RemoteSession {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        let socket = configuration.remoteDesktop?.socket
        switch configuration.remoteDesktop?.channel ?? .auto {
        case .none: return .local
        case .tls: return .remote(try configuration.tlsChannel())
        case .vsock: return .remote(try configuration.vsockChannel())
        case .unix: return .remote(UnixSocketChannel(path: socket ?? EngineSocket.standardPath))
        case .xrdp:
            // Said to be one: where there is no channel, the session's own devices are not the user's.
            return xrdp(display: variable("DISPLAY"), isXRDP: true, socket: socket, userID: geteuid(), exists: isSocket)
        case .auto:
            return xrdp(
                display: variable("DISPLAY"), isXRDP: variable("XRDP_SESSION") != nil, socket: socket, userID: geteuid(), exists: isSocket)
        }
    }
}
