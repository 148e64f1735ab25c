import Glibc
import NIOCore
import NIOPosix
import NativeMessaging
import Testing

/// The channel over pipes, without taking the test's own standard streams away.
@Suite struct StandardStreamsTests {
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let messages: EventLoopPromise<[String]>
        private var heard: [String] = []

        init(_ messages: EventLoopPromise<[String]>) { self.messages = messages }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let message = unwrapInboundIn(data)
            heard.append(String(buffer: message))
            context.channel.writeAndFlush(Array(message.readableBytesView), promise: nil)
        }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            // The output is open still: what is said now arrives.
            guard case .inputClosed? = event as? ChannelEvent else { return }
            messages.succeed(heard)
            context.channel.writeAndFlush(Array("bye".utf8)).whenComplete { [channel = context.channel] _ in channel.close(promise: nil) }
        }
    }

    private func pipe() throws -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func frame(_ text: String) -> [UInt8] { withUnsafeBytes(of: UInt32(text.utf8.count)) { Array($0) } + Array(text.utf8) }

    @Test("messages pass both ways over pipes, and the end of the input leaves the output open for last words")
    func roundTrip() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let toHost = try pipe()
        let fromHost = try pipe()
        let heard = group.next().makePromise(of: [String].self)
        let streams = StandardStreams(input: toHost.read, output: fromHost.write)
        _ = try await streams.openChannel(on: group.next()) { channel in
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(NativeMessageDecoder()), MessageToByteHandler(NativeMessageEncoder()), Recorder(heard))
        }.get()
        let bytes = frame("{}") + frame("") + frame(#"{"a":1}"#)
        for byte in bytes { try #require(write(toHost.write, [byte], 1) == 1) }
        close(toHost.write)
        #expect(try await heard.futureResult.get() == ["{}", "", #"{"a":1}"#])
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        while case let count = read(fromHost.read, &chunk, chunk.count), count > 0 { answer += chunk[..<count] }
        close(fromHost.read)
        #expect(answer == bytes + frame("bye"))
    }

    @Test("a last word without an event loop is a frame")
    func lastWord() throws {
        let ends = try pipe()
        StandardStreams(input: -1, output: ends.write).writeBlocking(Array("{}".utf8))
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(ends.read, &bytes, 16)
        #expect(Array(bytes[..<count]) == frame("{}"))
        close(ends.read)
        close(ends.write)
    }
}
