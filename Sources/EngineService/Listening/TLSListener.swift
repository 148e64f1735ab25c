import DTLS
import Engine
import Logging
import NIOCore
import NIOPosix
import RemoteDesktop

/// Listens by TCP for relays in desktops that have no channel. Who connects must show a certificate of the authority that the configuration names.
package enum TLSListener {
    /// - Parameters:
    ///   - host: the address to listen at.
    ///   - names: those that a certificate may bear; all of the authority's where it is empty.
    package static func listen(
        host: String, port: Int, identity: TLSIdentity, names: [String], server: EngineServer, logger: Logger
    ) -> EventLoopFuture<any Channel> {
        let waiting = NIOLoopBoundBox(0, eventLoop: NetworkLoop.eventLoop)
        return ServerBootstrap(group: NetworkLoop.eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let stream = TLSStreamHandler(TLSSession(serving: identity))
                    try channel.pipeline.syncOperations.addHandlers(
                        stream, TLSGate(stream, names: names, waiting: waiting, logger: logger) { EngineChannelHandler(server) })
                }
            }
            .bind(host: host, port: port)
    }
}
