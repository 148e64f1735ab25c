import NIOCore
import SessionLayer

/// Waits until the device has said what it thinks of our certificate, and steps aside.
///
/// In TLS 1.3 the client is done before the server has seen its certificate (RFC 8446 §2). So the engine says one byte first of all: 1 where it goes on, 0 where its
/// policy knows others of the same authority.
package final class TLSOpening: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer

    package static let welcome: UInt8 = 1
    package static let refusal: UInt8 = 0

    private let answered: EventLoopPromise<Void>
    private var isAnswered = false

    init(answered: EventLoopPromise<Void>) { self.answered = answered }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !isAnswered else { return context.fireChannelRead(data) }
        guard let answer: UInt8 = bytes.readInteger() else { return }
        guard answer == Self.welcome else {
            return fail(SessionFailure(.notAllowed, "The device accepts certificates of this authority, but not this desktop's."))
        }
        isAnswered = true
        answered.succeed()
        if bytes.readableBytes > 0 { context.fireChannelRead(NIOAny(bytes)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? TLSStreamHandler.Failure {
            fail(SessionFailure(.insecure, "TLS with the device did not come about; most often one side does not accept the other's certificate. \(failure)"))
        }
        context.fireErrorCaught(error)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        fail(SessionFailure(.insecure, "The device hung up before TLS had come about."))
        context.fireChannelInactive()
    }

    private func fail(_ failure: SessionFailure) {
        guard !isAnswered else { return }
        isAnswered = true
        answered.fail(failure)
    }
}
