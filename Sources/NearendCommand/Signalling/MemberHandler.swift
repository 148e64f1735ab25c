import NIOCore
import NIOWebSocket

/// One WebSocket connection: text messages to and from the switchboard (RFC 6455).
final class MemberHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let switchboard: Switchboard
    private var id: RoomTable.MemberID?
    private var isClosing = false

    init(switchboard: Switchboard) {
        self.switchboard = switchboard
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        id = switchboard.connect { text in
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: channel.allocator.buffer(string: text)), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let id, !isClosing else { return }
        let frame = Self.unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            switchboard.receive(String(buffer: frame.unmaskedData), from: id)
        case .ping:
            context.writeAndFlush(Self.wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)), promise: nil)
        case .connectionClose:
            // RFC 6455 §5.5.1: echo the status code and close.
            close(context, code: frame.unmaskedData.prefixOfTwoBytes)
        case .binary:
            close(context, .unacceptableData)
        default:
            break  // A pong nobody asked for; the aggregator has joined continuations.
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    /// The aggregator gave up on a message that came in too many or too long parts.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(context, .messageTooLarge)
    }

    private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
        var reason = context.channel.allocator.buffer(capacity: 2)
        reason.write(webSocketErrorCode: code)
        close(context, code: reason)
    }

    private func close(_ context: ChannelHandlerContext, code: ByteBuffer) {
        guard !isClosing else { return }
        isClosing = true
        leave()
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: code)))
            .whenComplete { _ in channel.close(promise: nil) }
    }

    private func leave() {
        guard let id else { return }
        self.id = nil
        switchboard.disconnect(id)
    }
}

extension ByteBuffer {
    /// The status code of a close frame, or nothing where it has none.
    fileprivate var prefixOfTwoBytes: ByteBuffer { getSlice(at: readerIndex, length: 2) ?? ByteBuffer() }
}
