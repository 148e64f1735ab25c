import CallProtocol
import Engine
import Logging
import NativeMessaging
import Primitives

/// The host's end of the link to the extension's worker: greets, numbers and checks messages, hands requests to the engine and carries
/// replies and events back.
@NetworkLoop
package final class HostLink {
    private enum State {
        /// Nothing but a hello is welcome.
        case awaitingHello
        case open(ResumableSession)
        /// The last words may still be on their way.
        case closed
    }

    private struct Waiting {
        let message: OutgoingMessage
        let kind: MessageKind
    }

    /// How the process shall end when the link has.
    package private(set) var status = ExitStatus.clean

    private let engine: CallEngine
    private let port: any MessagePort
    /// Where the engine is, for the hello: `in-process`, or `device` behind a remote desktop's channel.
    private let place: String
    private let logger: Logger
    private var state = State.awaitingHello
    /// What the pipe has no room for yet. Levels are replaced by newer ones of their document.
    private var waiting = OutgoingQueue<Waiting, DocumentNumber>()

    package init(engine: CallEngine, port: any MessagePort, place: String, logger: Logger) {
        self.engine = engine
        self.port = port
        self.place = place
        self.logger = logger
        engine.onEvent = { [weak self] document, event in self?.send(event, to: document) }
        // Reports are differences and follow one another: while the pipe is full none is made.
        engine.canReport = { [weak self] in self.map { $0.port.isWritable && $0.waiting.isEmpty } ?? false }
    }

    /// One message of the browser's. Says what it was about.
    @discardableResult
    package func receive(_ bytes: some Collection<UInt8>) -> MessageKind {
        let message = IncomingMessage(parsing: bytes)
        switch state {
        case .awaitingHello: receiveFirst(message)
        case .open: receiveNext(message)
        case .closed: break
        }
        if case .request(let envelope) = message { return envelope.request.kind }
        return .signalling
    }

    /// The stream of frames has broken: says why, and ends.
    package func fail(_ error: NativeMessagingError) {
        logger.error("the browser's stream broke", metadata: ["reason": "\(error)"])
        status = .brokenStream
        if case .frameTooLong = error { complain(ProtocolError(.frameTooLong, "\(error)")) }
        close()
    }

    /// Sends what waits, as far as the pipe has room.
    package func drain() {
        while port.isWritable, writeNext() {}
        if engine.canReport() { engine.resumeData() }
    }

    /// Ends the link; the engine's calls end with it, but for those that are to be kept.
    package func close(keepsCalls: Bool = true) {
        if case .closed = state { return }
        // What has been said goes out first, as long as somebody reads.
        while writeNext() {}
        state = .closed
        engine.closeAll(keepsCalls: keepsCalls)
        port.close()
    }

    // MARK: Hello

    private func receiveFirst(_ message: IncomingMessage) {
        switch message {
        case .hello(let hello): greet(hello)
        case .bye: close()
        case .request, .refused, .acknowledgement: complain(ProtocolError(.helloExpected, "the first message of a link is a hello"))
        case .unintelligible(_, let error): complain(error)
        }
    }

    private func greet(_ hello: ClientHello) {
        guard hello.protocol == ServerHello.protocolVersion else {
            let error = ProtocolError(
                .protocolMismatch,
                "The Nearend extension (\(hello.extension)) speaks version \(hello.protocol) of the protocol and the host on this machine "
                    + "(\(Version.current)) version \(ServerHello.protocolVersion). Update the older of the two.")
            logger.error("link refused", metadata: ["reason": "\(error)"])
            status = .protocolMismatch
            port.write(HelloRefusal(error: error).text, about: .signalling)
            return close()
        }
        var random = RandomSource.system
        // With no lease, a session that a hello asks for is never there any more: a fresh one answers.
        let session = ResumableSession(id: Self.secret(random.bytes(9)), token: Self.secret(random.bytes(32)))
        state = .open(session)
        logger.info("greeted", metadata: ["extension": "\(hello.extension)", "browser": "\(hello.browser ?? "unknown")"])
        let answer = ServerHello(
            session: session.id, resumeToken: session.token, leaseMs: Int(session.lease.wholeMilliseconds), host: Version.current,
            engine: .init(version: Version.current, place: place), capabilities: CallEngine.capabilities, devices: engine.devices)
        port.write(answer.text, about: .signalling)
    }

    private static func secret(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    // MARK: Messages

    private func receiveNext(_ message: IncomingMessage) {
        switch message {
        case .hello:
            complain(ProtocolError(.malformedMessage, "a link is greeted once"))
        case .request(let envelope):
            guard accept(envelope.sequence) else { return }
            let kind = envelope.request.kind
            let port = ReplyPort { [weak self] reply in
                self?.send(.reply(document: envelope.document, id: envelope.id, reply), about: kind)
            }
            engine.perform(envelope.request, document: envelope.document, reply: port)
        case .refused(let document, let id, let sequence, let error):
            // What has no number counts for nothing, and is answered all the same.
            if let sequence, !accept(sequence) { return }
            logger.warning("request refused", metadata: ["reason": "\(error)"])
            send(.reply(document: document, id: id, .refusal(error)))
        case .bye(let sequence):
            if accept(sequence) { close() }
        case .acknowledgement(let number):
            update { $0.acknowledge(number) }
        case .unintelligible(let sequence, let error):
            if let sequence, !accept(sequence) { return }
            logger.warning("message not understood", metadata: ["reason": "\(error)"])
            complain(error)
        }
    }

    /// Whether the message with this number is the next one. A gap ends the link.
    private func accept(_ sequence: IncomingMessage.LinkSequence) -> Bool {
        switch update({ $0.receive(sequence) }) {
        case .deliver?: return true
        case .drop?, nil: return false
        case .gap(let expected, let got)?:
            complain(ProtocolError(.sequenceGap, "message \(expected) is missing; \(got) came"))
            status = .brokenStream
            close()
            return false
        }
    }

    private func send(_ event: Event, to document: DocumentNumber) {
        if event.isReplaceable {
            guard case .open = state else { return }
            waiting.append(Waiting(message: .event(document: document, event), kind: event.kind), replacing: document)
            drain()
        } else {
            send(.event(document: document, event), about: event.kind)
        }
    }

    private func send(_ message: OutgoingMessage, about kind: MessageKind = .signalling) {
        guard case .open = state else { return }
        if waiting.append(Waiting(message: message, kind: kind)) {
            drain()
        } else {
            logger.error("the browser reads nothing any more")
            status = .brokenStream
            waiting = OutgoingQueue()
            close()
        }
    }

    /// Writes the message that has waited longest, whether the pipe has room or not; `false` where there is none. Its number is given only
    /// now, when nothing can take its place any more.
    private func writeNext() -> Bool {
        guard case .open = state, let next = waiting.popFirst(), let text = update({ $0.send(next.message) }) else { return false }
        port.write(text, about: next.kind)
        return true
    }

    /// About what cannot be answered by id.
    private func complain(_ error: ProtocolError) {
        switch state {
        case .awaitingHello: port.write(EarlyError(error: error).text, about: .signalling)
        case .open: send(.error(error))
        case .closed: break
        }
    }

    private func update<Result>(_ change: (inout ResumableSession) -> Result) -> Result? {
        guard case .open(var session) = state else { return nil }
        let result = change(&session)
        state = .open(session)
        return result
    }
}
