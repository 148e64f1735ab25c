import DTLS
import ICE
import NIOCore
import NIOPosix
import Primitives

/// A connection to a relay by TCP or TLS, on the network loop.
@NetworkLoop
final class RelayConnection {
    enum Event: Sendable {
        case opened
        case received([UInt8])
        /// It could not be opened, or has ended. The last event.
        case closed(reason: String)
    }

    private let report: @Sendable @NetworkLoop (Event) -> Void
    private let security: TLSSession?
    private var channel: (any Channel)?
    private var isClosed = false

    /// Connects. Reports on the loop, and never before this returns.
    init(to server: RelayServer, report: @escaping @Sendable @NetworkLoop (Event) -> Void) {
        self.report = report
        security = server.transport == .tls ? TLSSession(host: server.host) : nil
        let bootstrap = ClientBootstrap(group: NetworkLoop.eventLoop)
            .connectTimeout(.nanoseconds(RelayTiming.connection.wholeNanoseconds))
            // Voice does not wait for more of itself.
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 8 * 1024, high: 16 * 1024))
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RelayStreamHandler(
                            received: { bytes in self?.received(bytes) },
                            ended: { reason in self?.end(reason) }))
                }
            }
        bootstrap.connect(to: NIOCore.SocketAddress(server.address)).whenComplete { [weak self] result in
            NetworkLoop.assumeIsolated { self?.connected(result) }
        }
    }

    /// Sends a whole message. Media that a congested stream would only delay is dropped, as a congested network would drop it.
    func send(_ bytes: [UInt8]) {
        guard let channel, !isClosed else { return }
        let isMedia = bytes.first.map { (64...79).contains($0) } ?? false
        guard channel.isWritable || !isMedia else { return }
        if let security {
            security.handle(.send(bytes))
            drainSecurity()
        } else {
            write(bytes)
        }
    }

    /// Ends it; nothing is reported any more.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        if let security {
            security.handle(.close)
            while case .transmit(let bytes) = security.pollOutput() { write(bytes) }
        }
        channel?.close(promise: nil)
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        switch result {
        case .success(let channel):
            guard !isClosed else { return channel.close(promise: nil) }
            self.channel = channel
            if let security {
                security.handle(.start)
                drainSecurity()
            } else {
                report(.opened)
            }
        case .failure: end("Failed to establish connection to the TURN server.")
        }
    }

    private func received(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        guard let security else { return report(.received(bytes)) }
        security.handle(.received(bytes))
        drainSecurity()
    }

    private func drainSecurity() {
        guard let security else { return }
        while !isClosed {
            switch security.pollOutput() {
            case .transmit(let bytes): write(bytes)
            case .event(.connected): report(.opened)
            case .event(.received(let bytes)): report(.received(bytes))
            case .event(.closed): end("The TURN server closed the connection.")
            case .event(.failed(let reason)): end(reason)
            case .wait: return
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard let channel else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    private func end(_ reason: String) {
        guard !isClosed else { return }
        isClosed = true
        channel?.close(promise: nil)
        report(.closed(reason: reason))
    }
}

/// Hands on what the channel reads, and its end.
private final class RelayStreamHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let received: @Sendable @NetworkLoop ([UInt8]) -> Void
    private let ended: @Sendable @NetworkLoop (String) -> Void

    init(received: @escaping @Sendable @NetworkLoop ([UInt8]) -> Void, ended: @escaping @Sendable @NetworkLoop (String) -> Void) {
        self.received = received
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        NetworkLoop.assumeIsolated { received(bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated { ended("The TURN server closed the connection.") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
