import CallProtocol
import Engine
import NIOCore
import NativeMessaging

/// Brings messages from the channel to the link, and the channel's end.
final class LinkHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    @NetworkLoop private var link: HostLink?
    @NetworkLoop private var ended: @NetworkLoop () -> Void = {}

    /// - Parameter ended: called once, when the channel is closed.
    @NetworkLoop func attach(_ link: HostLink, ended: @escaping @NetworkLoop () -> Void) {
        self.link = link
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        NetworkLoop.assumeIsolated { link?.receive(message.readableBytesView) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated {
            link?.close()
            ended()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        NetworkLoop.assumeIsolated {
            if let error = error as? NativeMessagingError {
                link?.fail(error)
            } else {
                // Standard output is closed, or the pipe broke: nobody is there any more.
                context.close(promise: nil)
            }
        }
    }
}
