import Engine
import Logging
import NIOCore

extension HostConfiguration {
    /// Which remote desktops and pages may open the microphone.
    package var microphonePolicy: MicrophonePolicy { engine?.microphone ?? MicrophonePolicy() }

    /// Where media may go.
    package var networkPolicy: NetworkPolicy {
        var policy = NetworkPolicy()
        policy.isRelayOnly = engine?.network?.relayOnly ?? false
        policy.allowsPrivateAddresses = engine?.network?.privateAddresses ?? true
        policy.interfaces = engine?.network?.interfaces ?? []
        return policy
    }

    /// Listens where the configuration says, beside the engine's socket.
    ///
    /// Errors: a `ConfigurationError`, or what the system says of an address.
    package func listen(for server: EngineServer, logger: Logger) throws -> EventLoopFuture<Void> {
        var listeners: [EventLoopFuture<any Channel>] = []
        if let tls = engine?.listen?.tls {
            let (host, port) = try Self.address(tls.address, "engine.listen.tls.address")
            let identity = try tls.read(.server, "engine.listen.tls")
            listeners.append(TLSListener.listen(host: host, port: port, identity: identity, names: tls.names ?? [], server: server, logger: logger))
        }
        if let vsock = engine?.listen?.vsock {
            try VsockListener.listen(port: vsock.port, contextIDs: Set(vsock.contextIDs ?? []), server: server, logger: logger)
        }
        return EventLoopFuture.andAllSucceed(listeners.map { $0.map { _ in } }, on: NetworkLoop.eventLoop)
    }

    /// How long calls outlive the remote desktop's channel. Errors: a time that is out of range.
    package func grace() throws(ConfigurationError) -> Duration {
        let seconds = engine?.graceSeconds ?? 120
        guard (0...3600).contains(seconds) else {
            throw ConfigurationError(reason: "“engine.graceSeconds”: \(seconds) is not between 0 and 3600")
        }
        return .seconds(seconds)
    }
}
