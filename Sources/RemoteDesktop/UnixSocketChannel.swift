import NIOCore
import NIOPosix
import SessionLayer

/// A unix socket that carries the bytes as they are: to an engine on the same machine, or to a program that brings them to the device.
package struct UnixSocketChannel: VirtualChannel {
    let path: String

    package init(path: String) { self.path = path }
    package var description: String { "the socket \(path)" }

    package func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try configure(channel) } }
            .connect(unixDomainSocketPath: path)
            .flatMapErrorThrowing { error in
                throw SessionFailure(.noChannel, "There is no channel at \(path): \(error)")
            }
    }
}
