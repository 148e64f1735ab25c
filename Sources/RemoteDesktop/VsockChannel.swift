import NIOCore
import NIOPosix
import SessionLayer

/// From a virtual machine to the machine that it runs on, or to another one (vsock(7)): for a desktop that is a virtual machine of the device itself.
package struct VsockChannel: VirtualChannel {
    let address: VsockAddress

    /// - Parameter contextID: of the machine that runs the engine; 2 is the one that this virtual machine runs on.
    package init(contextID: UInt32, port: UInt32) {
        address = VsockAddress(cid: .init(rawValue: contextID), port: .init(rawValue: port))
    }

    package var description: String { "the vsock port \(address.port.rawValue) of machine \(address.cid.rawValue)" }

    package func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(3))
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try configure(channel) } }
            .connect(to: address)
            .flatMapErrorThrowing { error in
                throw SessionFailure(.noChannel, "No engine answers at \(description): \(error)")
            }
    }
}
