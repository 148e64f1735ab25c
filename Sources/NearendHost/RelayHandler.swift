import Engine
import EngineService
import NIOCore
import NativeMessaging

/// Brings the browser's messages to the relay, and the pipe's end.
final class RelayHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let relay: Relay
    private let ended: @NetworkLoop (ExitStatus) -> Void

    /// - Parameter ended: called once, when the pipe is closed.
    init(_ relay: Relay, ended: @escaping @NetworkLoop (ExitStatus) -> Void) {
        self.relay = relay
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated { relay.start() }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = Array(unwrapInboundIn(data).readableBytesView)
        NetworkLoop.assumeIsolated { relay.receive(message) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated { relay.drain() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            NetworkLoop.assumeIsolated { relay.close() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated {
            relay.close()
            ended(relay.status)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NativeMessagingError {
            NetworkLoop.assumeIsolated { relay.fail(error) }
        } else {
            context.close(promise: nil)
        }
    }
}
