import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import NearendCommand

/// A WebSocket client for the tests of the signalling server.
struct TestMember {
    private let channel: any Channel
    private let received: AsyncStream<String>

    struct Ended: Error {}

    static func connect(to port: Int, origin: String? = nil) async throws -> TestMember {
        let (received, continuation) = AsyncStream<String>.makeStream()
        let headers: HTTPHeaders = origin.map { ["Host": "127.0.0.1:\(port)", "Origin": $0] } ?? ["Host": "127.0.0.1:\(port)"]
        let upgrader = NIOTypedWebSocketClientUpgrader<Bool> { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Receiver(continuation: continuation))
                return true
            }
        }
        let (channel, upgraded) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let result = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(
                            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                                upgradeRequestHead: HTTPRequestHead(
                                    version: .http1_1, method: .GET, uri: SignallingServer.path, headers: headers),
                                upgraders: [upgrader],
                                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(false) })))
                    return (channel, result)
                }
            }
        guard try await upgraded.get() else { throw Ended() }
        return TestMember(channel: channel, received: received)
    }

    func send(_ text: String) async throws {
        let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: channel.allocator.buffer(string: text))
        try await channel.writeAndFlush(frame)
    }

    /// The next text message; only one caller at a time.
    func next() async throws -> String {
        for await text in received { return text }
        throw Ended()
    }

    func close() async throws { try await channel.close() }

    private final class Receiver: ChannelInboundHandler, Sendable {
        typealias InboundIn = WebSocketFrame

        private let continuation: AsyncStream<String>.Continuation

        init(continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = Self.unwrapInboundIn(data)
            if frame.opcode == .text { continuation.yield(String(buffer: frame.unmaskedData)) }
        }

        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }
}
