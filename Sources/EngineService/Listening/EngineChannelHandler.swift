import Engine
import NIOCore
import SessionLayer

/// Brings a connection's bytes to the server, and its end.
final class EngineChannelHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let server: EngineServer
    private let id: NIOLoopBoundBox<EngineEnd.ChannelID?>

    init(_ server: EngineServer) {
        self.server = server
        id = NIOLoopBoundBox(nil, eventLoop: NetworkLoop.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let id = id.value else { return }
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        NetworkLoop.assumeIsolated { server.receive(bytes, on: id) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let id = id.value { NetworkLoop.assumeIsolated { server.ended(id) } }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func begin(_ context: ChannelHandlerContext) {
        guard id.value == nil else { return }
        let channel = context.channel
        id.value = NetworkLoop.assumeIsolated { server.accept(channel) }
    }
}
