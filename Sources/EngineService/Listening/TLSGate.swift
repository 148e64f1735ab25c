import Logging
import NIOCore
import RemoteDesktop

/// Lets a connection to the engine when it has shown who it is, and not before: until then it takes no place among the engine's channels.
final class TLSGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Connections at once that have not shown a certificate yet, and how long each may take.
    static let limit = 32
    private static let patience = TimeAmount.seconds(5)

    private let stream: TLSStreamHandler
    private let names: [String]
    private let waiting: NIOLoopBoundBox<Int>
    private let logger: Logger
    private let next: () -> any ChannelHandler
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - waiting: how many there are, for all gates of a listener.
    ///   - next: what gets the connection's bytes.
    init(_ stream: TLSStreamHandler, names: [String], waiting: NIOLoopBoundBox<Int>, logger: Logger, next: @escaping () -> any ChannelHandler) {
        self.stream = stream
        self.names = names
        self.waiting = waiting
        self.logger = logger
        self.next = next
    }

    func handlerAdded(context: ChannelHandlerContext) {
        waiting.value += 1
        guard waiting.value <= Self.limit else { return context.close(promise: nil) }
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        waiting.value -= 1
        deadline?.cancel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is TLSStreamHandler.Connected else { return context.fireUserInboundEventTriggered(event) }
        guard names.isEmpty || names.contains(where: stream.session.peerBears) else {
            logger.warning("a connection was refused: no name that is served is in its certificate", metadata: ["from": "\(address(context))"])
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [TLSOpening.refusal]))).whenComplete { _ in channel.close(promise: nil) }
            return
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [TLSOpening.welcome])), promise: nil)
        do {
            try context.pipeline.syncOperations.addHandler(next(), position: .after(self))
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("a connection was refused", metadata: ["from": "\(address(context))", "reason": "\(error)"])
        context.close(promise: nil)
    }

    private func address(_ context: ChannelHandlerContext) -> String { context.remoteAddress?.description ?? "unknown" }
}
