import Engine
import JSONCoding
import NIOCore

/// Serves one connection to the control socket: a word, an answer, the end.
final class ControlHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private static let longestWord = 64

    private let server: EngineServer
    private let heard: NIOLoopBoundBox<[UInt8]>

    init(_ server: EngineServer) {
        self.server = server
        heard = NIOLoopBoundBox([], eventLoop: NetworkLoop.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard.value += unwrapInboundIn(data).readableBytesView
        guard let end = heard.value.firstIndex(of: UInt8(ascii: "\n")) else {
            if heard.value.count > Self.longestWord { context.close(promise: nil) }
            return
        }
        guard let command = EngineCommand(rawValue: String(decoding: heard.value[..<end], as: UTF8.self)) else {
            return context.close(promise: nil)
        }
        let report = NetworkLoop.assumeIsolated { server.perform(command) }
        let text = (try? JSONText.write(JSONValue(encoding: report))) ?? []
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(bytes: text + [UInt8(ascii: "\n")])).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
