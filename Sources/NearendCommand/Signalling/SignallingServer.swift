import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// HTTP and WebSocket on one port: the softphone page at `/`, signalling at `path`.
struct SignallingServer: Sendable {
    static let path = "/signal"

    private static let pageHandlerName = "page"

    /// The port it listens on, also when it was asked for any.
    let port: Int
    private let channel: any Channel
    private let switchboard: NIOLoopBound<Switchboard>

    static func start(
        on eventLoop: any EventLoop, address: String, port: Int, page: SoftphonePage, farEnds: (any FarEndFactory)?
    ) -> EventLoopFuture<SignallingServer> {
        eventLoop.flatSubmit {
            let switchboard = NIOLoopBound(Switchboard(farEnds: farEnds, eventLoop: eventLoop), eventLoop: eventLoop)
            // The group is one loop: every connection lives where the switchboard does.
            return ServerBootstrap(group: eventLoop)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel, page: page, switchboard: switchboard) }
                }
                .bind(host: address, port: port)
                .map { SignallingServer(port: $0.localAddress?.port ?? port, channel: $0, switchboard: switchboard) }
        }
    }

    /// Stops listening and ends the far ends' calls.
    func stop() -> EventLoopFuture<Void> {
        channel.close().map { switchboard.value.close() }
    }

    private static func configure(_ channel: any Channel, page: SoftphonePage, switchboard: NIOLoopBound<Switchboard>) throws {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: RoomTable.Limits().messageLength,
            shouldUpgrade: { channel, request in
                channel.eventLoop.makeSucceededFuture(isWelcome(request) ? [:] : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.pipeline.removeHandler(name: pageHandlerName).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64,
                            maxAccumulatedFrameSize: RoomTable.Limits().messageLength),
                        MemberHandler(switchboard: switchboard.value),
                    ])
                }
            }
        )
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }), withErrorHandling: true)
        try channel.pipeline.syncOperations.addHandler(PageHandler(page: page), name: pageHandlerName)
    }

    /// A page of another origin has no business here (RFC 6455 §10.2); programs send no Origin.
    private static func isWelcome(_ request: HTTPRequestHead) -> Bool {
        guard request.uri.prefix(while: { $0 != "?" }) == path else { return false }
        guard let origin = request.headers.first(name: "Origin") else { return true }
        guard let host = request.headers.first(name: "Host") else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
