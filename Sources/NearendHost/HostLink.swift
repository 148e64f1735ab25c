import CallProtocol
import Engine
import Logging
import NIOCore
import NativeMessaging

/// The host's end of the link to the extension's worker: greets, numbers and checks messages, hands requests to the engine and carries
/// replies and events back.
@NetworkLoop
final class HostLink {
    private enum State {
        /// Nothing but a hello is welcome.
        case awaitingHello
        case open(ResumableSession)
        case closed
    }

    private let engine: CallEngine
    private let channel: any Channel
    private let logger: Logger
    private var state = State.awaitingHello
    private var lastWrite: EventLoopFuture<Void>?

    init(engine: CallEngine, channel: any Channel, logger: Logger) {
        self.engine = engine
        self.channel = channel
        self.logger = logger
        engine.onEvent = { [weak self] document, event in self?.send(.event(document: document, event)) }
        // Reports are differences and follow one another: while the pipe is full none is made.
        engine.canReport = { [weak self] in self?.channel.isWritable ?? false }
    }

    /// One message of the browser's.
    func receive(_ bytes: ByteBufferView) {
        switch IncomingMessage(parsing: bytes) {
        case .hello(let hello): greet(hello)
        case .request(let envelope):
            guard accept(envelope.sequence) else { return }
            let port = ReplyPort { [weak self] reply in
                self?.send(.reply(document: envelope.document, id: envelope.id, reply))
            }
            engine.perform(envelope.request, document: envelope.document, reply: port)
        case .refused(let document, let id, let sequence, let error):
            // What has no number counts for nothing, and is answered all the same.
            if let sequence, !accept(sequence) { return }
            logger.warning("request refused", metadata: ["reason": "\(error)"])
            send(.reply(document: document, id: id, .refusal(error)))
        case .bye(let sequence):
            guard accept(sequence) else { return }
            close()
        case .acknowledgement(let number):
            guard case .open(var session) = state else { return }
            session.acknowledge(number)
            state = .open(session)
        case .unintelligible(let sequence, let error):
            if let sequence, case .open = state, !accept(sequence) { return }
            logger.warning("message not understood", metadata: ["reason": "\(error)"])
            complain(error)
        }
    }

    /// The stream of frames has broken: says why, and ends.
    func fail(_ error: NativeMessagingError) {
        logger.error("the browser's stream broke", metadata: ["reason": "\(error)"])
        if case .frameTooLong = error { complain(ProtocolError(.frameTooLong, "\(error)")) }
        close()
    }

    /// Ends the link; the engine's calls end with it.
    func close() {
        if case .closed = state { return }
        state = .closed
        engine.closeAll()
        // What has been written goes out first, as long as somebody reads.
        (lastWrite ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { [channel] _ in channel.close(promise: nil) }
    }

    // MARK: Hello

    private func greet(_ hello: ClientHello) {
        guard case .awaitingHello = state else {
            complain(ProtocolError(.malformedMessage, "a link is greeted once"))
            return
        }
        guard hello.protocol == ServerHello.protocolVersion else {
            refuse(
                ProtocolError(
                    .protocolMismatch,
                    "The Nearend extension (\(hello.extension)) speaks version \(hello.protocol) of the protocol and the host on this machine "
                        + "(\(Version.current)) version \(ServerHello.protocolVersion). Update the older of the two."))
            return
        }
        var random = SystemRandomNumberGenerator()
        let session = ResumableSession(id: Self.secret(bytes: 9, &random), token: Self.secret(bytes: 32, &random))
        state = .open(session)
        logger.info("greeted", metadata: ["extension": "\(hello.extension)", "browser": "\(hello.browser ?? "unknown")"])
        let answer = ServerHello(
            session: session.id, resumeToken: session.token, leaseMs: 0, host: Version.current,
            engine: .init(version: Version.current, place: "in-process"), capabilities: CallEngine.capabilities, devices: engine.devices)
        lastWrite = channel.writeAndFlush(answer.text)
    }

    /// Says why there is no link, and ends.
    private func refuse(_ error: ProtocolError) {
        logger.error("link refused", metadata: ["reason": "\(error)"])
        lastWrite = channel.writeAndFlush(HelloRefusal(error: error).text)
        close()
    }

    // MARK: Messages

    private func accept(_ sequence: IncomingMessage.LinkSequence) -> Bool {
        guard case .open(var session) = state else {
            complain(ProtocolError(.helloExpected, "the first message of a link is a hello"))
            return false
        }
        let verdict = session.receive(sequence)
        state = .open(session)
        switch verdict {
        case .deliver: return true
        case .drop: return false
        case .gap(let expected, let got):
            complain(ProtocolError(.sequenceGap, "message \(expected) is missing; \(got) came"))
            close()
            return false
        }
    }

    private func send(_ message: OutgoingMessage) {
        guard case .open(var session) = state else { return }
        var text = session.send(message)
        if text.count > NativeMessageLimits.toBrowser, case .reply(let document, let id, _) = message {
            // The number is used again: what it named cannot be sent to anybody.
            text = OutgoingMessage.reply(
                document: document, id: id, .refusal(ProtocolError(.engineFailure, "the answer has \(text.count) bytes, more than Chrome takes"))
            ).text(seq: session.sent, ack: session.received)
        }
        state = .open(session)
        lastWrite = channel.writeAndFlush(text)
    }

    private func complain(_ error: ProtocolError) {
        guard case .open = state else {
            lastWrite = channel.writeAndFlush(HelloRefusal(error: error).text)
            return
        }
        send(.error(error))
    }

    private static func secret(bytes count: Int, _ random: inout SystemRandomNumberGenerator) -> String {
        (0..<count).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &random)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
