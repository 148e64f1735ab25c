import NIOCore
import NIOPosix
import Primitives
import SessionLayer

/// A dynamic virtual channel of xrdp, through the socket at which its channel server takes requests from programs in the session.
package struct XRDPChannel: VirtualChannel {
    /// The name that libnearend-client.so listens for.
    package static let name = "nearend"

    let path: String
    private let memory: RefusalMemory

    /// - Parameter memory: where refusals are kept; `nil` for the user's runtime folder.
    package init(path: String, memory: String? = nil) {
        self.path = path
        self.memory = RefusalMemory(path: memory ?? RefusalMemory.standardPath(for: path))
    }
    package var description: String { "xrdp's channel server at \(path)" }

    package func open(
        on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let connection = XRDPConnection.name(at: path, in: XRDPConnection.sockets())
        if let pause = memory.pause(for: connection ?? "") {
            return eventLoop.makeFailedFuture(
                SessionFailure(
                    .nobodyThere,
                    "\(Self.nobody) The server is asked again when the client has reconnected, or in \(pause.wholeMilliseconds / 1000 + 1) s."))
        }
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
                answered.fail(error)
                throw SessionFailure(.noChannel, "xrdp's channel server does not listen at \(path): \(error)")
            }
            .flatMap { [memory] channel in
                answered.futureResult.map {
                    memory.forget()
                    return channel
                }.flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw failure(error, of: connection)
                }
            }
    }

    private static let nobody = "The remote desktop's client has no Nearend: libnearend-client.so is not loaded (/dvc:nearend)."

    private func failure(_ error: any Error, of connection: String?) -> SessionFailure {
        switch error as? XRDPOpening.Failure {
        case .refused:
            memory.noteRefusal(for: connection ?? "")
            return SessionFailure(.nobodyThere, Self.nobody)
        case .answered(let number): return SessionFailure(.nobodyThere, "xrdp's channel server answers with the error \(number).")
        case .hungUp where connection != nil && connection == XRDPConnection.name(at: path, in: XRDPConnection.sockets()):
            return SessionFailure(
                .channelsExhausted,
                "xrdp's channel server opens no channel although a client is connected: its channel numbers are used up. Restart xrdp-chansrv, then reconnect.")
        case .hungUp, nil: return SessionFailure(.channelRefused, "xrdp's channel server opens no channel: no client of the remote desktop is connected.")
        }
    }
}
