import NIOCore
import NIOPosix

extension StandardStreams {
    /// Takes the standard streams over and opens them as a channel on `eventLoop`.
    ///
    /// `configure` runs on the event loop and adds the handlers. The end of the input arrives as `ChannelEvent.inputClosed` and leaves the
    /// output open, so that last words can be said. The channel stops being writable once 64 KiB wait for the pipe, and is again
    /// at 16 KiB.
    package static func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        do throws(NativeMessagingError) {
            return try takeOver().openChannel(on: eventLoop, configure: configure)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    /// Opens the pipes as a channel, which closes them when it ends.
    package func openChannel(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .init(low: 16 * 1024, high: 64 * 1024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel) }
            }
            .takingOwnershipOfDescriptors(input: input, output: output)
    }
}
