import CallProtocol
import Engine
import NIOCore

/// The browser's pipe as a link sees it.
@NetworkLoop
package final class PipePort: MessagePort {
    /// How long last words may wait for somebody to read them. Whoever closed the link expects us to be gone within two seconds.
    private static let patience = TimeAmount.seconds(1)

    private let channel: any Channel
    private var lastWrite: EventLoopFuture<Void>?

    package init(_ channel: any Channel) { self.channel = channel }

    package var isWritable: Bool { channel.isWritable }
    package func write(_ message: [UInt8], about _: MessageKind) { write(message) }
    package func write(_ message: [UInt8]) { lastWrite = channel.writeAndFlush(message) }

    package func close() {
        let channel = channel
        (lastWrite ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
        channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
}
