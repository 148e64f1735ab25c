import DTLS
import NIOCore
import NIOPosix
import SessionLayer

/// A connection by TCP to the engine on the device, for desktops that have no channel and whose network reaches it. Each side shows the other a certificate, and
/// neither goes on without.
package struct TLSChannel: VirtualChannel {
    let host: String
    let port: Int
    private let name: String
    private let identity: TLSIdentity

    /// - Parameter name: what the device's certificate must bear; the host where it is left out.
    package init(host: String, port: Int, name: String?, identity: TLSIdentity) {
        self.host = host
        self.port = port
        self.name = name ?? host
        self.identity = identity
    }

    package var description: String { "TLS to \(host):\(port)" }

    package func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let answered = eventLoop.makePromise(of: Void.self)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(3))
            // Small messages, each of which somebody waits for.
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [identity, name] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(TLSStreamHandler(TLSSession(identity, host: name)), TLSOpening(answered: answered))
                    try configure(channel)
                }
            }
            .connect(host: host, port: port)
            .flatMapErrorThrowing { error in
                answered.fail(error)
                throw SessionFailure(.noChannel, "No engine answers at \(description): \(error)")
            }
            .flatMap { channel in
                answered.futureResult.map { channel }.flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw error
                }
            }
    }
}
