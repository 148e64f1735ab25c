import NIOCore

/// Asks xrdp's channel server for a dynamic channel, waits for its answer, and steps aside.
///
/// The request, 32-bit numbers in little endian: bytes of all, 0, bytes of the name, the name, and 1 for a dynamic channel. The answer is one number: 0, or an
/// error. From then on the connection is the channel.
final class XRDPOpening: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why there is no channel.
    enum Failure: Error, Equatable {
        /// The client knows nobody who listens for this name. The server has spent a channel number on the question.
        case refused
        /// Another answer.
        case answered(UInt32)
        /// The server hung up: it has no client, or no channel number left.
        case hungUp
    }

    private static let refused: UInt32 = 0xC000_0001

    private let name: String
    private let answered: EventLoopPromise<Void>
    private var received = ByteBuffer()
    private var isAnswered = false

    init(name: String, answered: EventLoopPromise<Void>) {
        self.name = name
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        var request = ByteBuffer()
        request.writeInteger(UInt32(16 + name.utf8.count), endianness: .little)
        request.writeInteger(UInt32(0), endianness: .little)
        request.writeInteger(UInt32(name.utf8.count), endianness: .little)
        request.writeString(name)
        request.writeInteger(UInt32(1), endianness: .little)
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard let answer = received.readInteger(endianness: .little, as: UInt32.self) else { return }
        isAnswered = true
        guard answer == 0 else { return answered.fail(answer == Self.refused ? Failure.refused : .answered(answer)) }
        answered.succeed()
        if received.readableBytes > 0 { context.fireChannelRead(NIOAny(received)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isAnswered {
            isAnswered = true
            answered.fail(Failure.hungUp)
        }
        context.fireChannelInactive()
    }
}
