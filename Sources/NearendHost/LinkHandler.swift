import Engine
import EngineService
import NIOCore
import NativeMessaging

/// Brings messages from the channel to the link, and the channel's end.
final class LinkHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let link: HostLink
    private let ended: @NetworkLoop (ExitStatus) -> Void

    /// - Parameter ended: called once, when the channel is closed.
    init(_ link: HostLink, ended: @escaping @NetworkLoop (ExitStatus) -> Void) {
        self.link = link
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        NetworkLoop.assumeIsolated { link.receive(message.readableBytesView) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated { link.drain() }
        context.fireChannelWritabilityChanged()
    }

    /// The browser has closed its end; ours stays open for what there is still to say.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            NetworkLoop.assumeIsolated { link.close() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated {
            link.close()
            ended(link.status)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NativeMessagingError {
            NetworkLoop.assumeIsolated { link.fail(error) }
        } else {
            // Standard output is closed, or the pipe broke: nobody is there any more.
            context.close(promise: nil)
        }
    }
}
