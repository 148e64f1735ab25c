import DTLS
import NIOCore

/// Encrypts what goes down a channel and decrypts what comes up. Says when the other side has shown who it is (`Connected`); an error says that it has not, or that
/// TLS has broken, and the channel closes.
package final class TLSStreamHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// The event, once.
    package struct Connected: Sendable { package init() {} }

    /// Why there is no TLS, or none any more.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Whose certificate may be asked about when `Connected` has come.
    package let session: TLSSession

    package init(_ session: TLSSession) { self.session = session }

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        session.handle(.received(Array(unwrapInboundIn(data).readableBytesView)))
        drain(context)
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        session.handle(.send(Array(unwrapOutboundIn(data).readableBytesView)))
        var bytes = context.channel.allocator.buffer(capacity: 0)
        while case .transmit(let more) = session.pollOutput() { bytes.writeBytes(more) }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        session.handle(.close)
        while case .transmit(let bytes) = session.pollOutput() { context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil) }
        context.flush()
        context.close(mode: mode, promise: promise)
    }

    private func start(_ context: ChannelHandlerContext) {
        session.handle(.start)
        drain(context)
    }

    private func drain(_ context: ChannelHandlerContext) {
        while true {
            switch session.pollOutput() {
            case .transmit(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .event(.connected): context.fireUserInboundEventTriggered(Connected())
            case .event(.received(let bytes)): context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: bytes)))
            case .event(.closed): return context.close(promise: nil)
            case .event(.failed(let reason)):
                context.fireErrorCaught(Failure(description: reason))
                return context.close(promise: nil)
            case .wait: return
            }
        }
    }
}
