import CallProtocol
import Engine
import EngineService
import Glibc
import Logging
import MessageCompression
import NIOCore
import NativeMessaging
import Primitives
import RemoteDesktop
import SessionLayer

/// What the host is inside a remote desktop: it brings the browser's messages to the engine on the user's device and back, without reading them,
/// and finds the channel again when the desktop's client has been away.
@NetworkLoop
final class Relay {
    /// Bytes that may wait for the engine before the browser is read no further.
    private static let waitingLimit = 4 << 20

    private(set) var status = ExitStatus.clean

    private let transport: any VirtualChannel
    private let browser: any Channel
    private let port: PipePort
    private let logger: Logger
    private var machine: RelayEnd
    private let deflater = MessageDeflater()
    private let inflater = MessageInflater(longestMessage: 1 << 20)
    private var channel: (any Channel)?
    /// Counts attempts to open the channel, so that what comes late from an older one is known for it.
    private var attempt = 0
    private var timer: Scheduled<Void>?
    private var isPumping = false
    private var isOver = false
    private var wasConnected = false
    /// Bytes over the channel, with all that the session layer adds.
    private var bytesToDevice = 0
    private var bytesFromDevice = 0
    private let began = NetworkLoop.now

    init(over transport: any VirtualChannel, browser: any Channel, logger: Logger) {
        self.transport = transport
        self.browser = browser
        self.logger = logger
        port = PipePort(browser)
        machine = RelayEnd(desktop: Self.desktopName, at: NetworkLoop.now)
    }

    func start() {
        logger.info("relaying", metadata: ["channel": "\(transport)"])
        pump()
    }

    // MARK: The browser

    func receive(_ message: [UInt8]) {
        machine.handle(.message(deflater.deflate(message)), at: NetworkLoop.now)
        pump()
    }

    /// The browser takes messages again.
    func drain() {
        machine.isReading = port.isWritable
        pump()
    }

    /// The browser has ended.
    func close() {
        machine.handle(.finished, at: NetworkLoop.now)
        pump()
    }

    /// The browser's stream of frames has broken.
    func fail(_ error: NativeMessagingError) {
        logger.error("the browser's stream broke", metadata: ["reason": "\(error)"])
        status = .brokenStream
        close()
    }

    // MARK: The channel

    fileprivate func received(_ bytes: [UInt8], by number: Int) {
        guard number == attempt else { return }
        bytesFromDevice += bytes.count
        machine.handle(.received(bytes), at: NetworkLoop.now)
        pump()
    }

    fileprivate func ended(_ number: Int) {
        guard number == attempt, channel != nil else { return }
        channel = nil
        machine.handle(.channelClosed, at: NetworkLoop.now)
        pump()
    }

    private func open() {
        attempt += 1
        let number = attempt
        transport.open(on: NetworkLoop.eventLoop) { [self] channel in
            try channel.pipeline.syncOperations.addHandler(RelayChannelHandler(self, attempt: number))
        }.whenComplete { [self] result in
            NetworkLoop.assumeIsolated { opened(result, by: number) }
        }
    }

    private func opened(_ result: Result<any Channel, any Error>, by number: Int) {
        guard number == attempt, !isOver else {
            if case .success(let late) = result { late.close(promise: nil) }
            return
        }
        switch result {
        case .success(let channel):
            self.channel = channel
            machine.handle(.channelOpened, at: NetworkLoop.now)
        case .failure(let error):
            let failure = error as? SessionFailure ?? SessionFailure(.noChannel, "\(error)")
            logger.info("no channel", metadata: ["reason": "\(failure)"])
            machine.handle(.channelFailed(failure), at: NetworkLoop.now)
        }
        pump()
    }

    private func closeChannel() {
        attempt += 1
        guard let channel else { return }
        self.channel = nil
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
    }

    // MARK: The machine

    private func pump() {
        if isPumping { return }
        isPumping = true
        defer { isPumping = false }
        while true {
            switch machine.pollOutput(at: NetworkLoop.now) {
            case .openChannel: open()
            case .closeChannel: closeChannel()
            case .transmit(let bytes):
                bytesToDevice += bytes.count
                channel?.write(ByteBuffer(bytes: bytes), promise: nil)
            case .deliver(let message):
                deliver(message)
                machine.isReading = port.isWritable
            case .connected(let isResumed):
                logger.notice(isResumed ? "the session goes on" : "connected to the engine on the device")
                wasConnected = true
                if isResumed { port.write(RelayNotice.channel(isConnected: true).text) }
            case .disconnected:
                logger.notice("the channel is gone; calls go on at the device")
                port.write(RelayNotice.channel(isConnected: false).text)
            case .ended(let failure): end(failure)
            case .wait(let until):
                channel?.flush()
                return schedule(until)
            }
        }
    }

    private func deliver(_ bytes: [UInt8]) {
        do throws(MessageInflater.Failure) {
            port.write(try inflater.inflate(bytes))
        } catch {
            end(SessionFailure(.violation, "A message of the engine could not be taken apart: \(error)."))
            machine.handle(.finished, at: NetworkLoop.now)
        }
    }

    private func schedule(_ until: Instant?) {
        let mayRead = machine.waiting < Self.waitingLimit
        browser.setOption(.autoRead, value: mayRead).whenFailure { _ in }
        timer?.cancel()
        timer = until.map { deadline in
            NetworkLoop.schedule(at: deadline) { [weak self] in
                guard let self else { return }
                self.machine.handle(.timeout, at: NetworkLoop.now)
                self.pump()
            }
        }
    }

    private func end(_ failure: SessionFailure?) {
        if isOver { return }
        isOver = true
        if let failure {
            logger.error("the engine cannot be reached", metadata: ["reason": "\(failure)"])
            if status == .clean { status = .unreachable }
            let error = ProtocolError(ProtocolError.Code(rawValue: Int(failure.code.rawValue)) ?? .engineUnavailable, failure.reason)
            port.write(wasConnected ? RelayNotice.end(error).text : HelloRefusal(error: error).text)
        }
        logger.notice(
            "relayed",
            metadata: [
                "toDevice": "\(bytesToDevice)", "fromDevice": "\(bytesFromDevice)",
                "seconds": "\(Double((NetworkLoop.now - began).wholeMilliseconds) / 1000)",
            ])
        port.close()
    }

    /// `user@machine`, for the device's policy and its person.
    private static var desktopName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let machine = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
        return "\(user)@\(machine)"
    }
}

/// Brings a channel's bytes to the relay, and its end.
private final class RelayChannelHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let relay: Relay
    private let attempt: Int

    init(_ relay: Relay, attempt: Int) {
        self.relay = relay
        self.attempt = attempt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        NetworkLoop.assumeIsolated { relay.received(bytes, by: attempt) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        NetworkLoop.assumeIsolated { relay.ended(attempt) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
