import NIOCore
import NIOPosix
import SessionLayer

/// A dynamic virtual channel of xrdp, through the socket at which its channel server takes requests from programs in the session.
package struct XRDPChannel: VirtualChannel {
    /// The name that libnearend-client.so listens for.
    package static let name = "nearend"

    let path: String

    package init(path: String) { self.path = path }
    package var description: String { "xrdp's channel server at \(path)" }

    package func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let answered = eventLoop.makePromise(of: Void.self)
        return ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(XRDPOpening(name: Self.name, answered: answered))
                    try configure(channel)
                }
            }
            .connect(unixDomainSocketPath: path)
            .flatMapErrorThrowing { error in
                let problem = VirtualChannelProblem(SessionFailure(.noChannel, "xrdp's channel server does not listen at \(path): \(error)"))
                answered.fail(problem)
                throw problem
            }
            .flatMap { channel in
                answered.futureResult.map { channel }.flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw error
                }
            }
    }
}
