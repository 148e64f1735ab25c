import CallProtocol
import JSONCoding

/// The JSON of a frame from the browser: understood or refused, and what is refused can be said in a frame.
package enum MessageDecoderEntry: FuzzEntry {
    package static let name = "message-decoder"

    package static func run(_ bytes: [UInt8]) {
        var session = ResumableSession(id: "", token: "", lease: .seconds(1))
        switch IncomingMessage(parsing: bytes) {
        case .hello, .bye: break
        case .acknowledgement(let number): session.acknowledge(number)
        case .request(let envelope):
            if session.receive(envelope.sequence) == .deliver { precondition(envelope.sequence.seq == 1, "the first message is number 1") }
            answer(.reply(document: envelope.document, id: envelope.id, .done), &session)
        case .refused(let document, let id, let sequence, let error):
            if let sequence { _ = session.receive(sequence) }
            answer(.reply(document: document, id: id, .refusal(error)), &session)
        case .unintelligible(let sequence, let error):
            if let sequence { _ = session.receive(sequence) }
            answer(.error(error), &session)
        }
        guard let json = try? JSONText.parse(bytes) else { return }
        precondition((try? JSONText.parse(JSONText.write(json))) == json, "a text survives the way out and back")
    }

    private static func answer(_ message: OutgoingMessage, _ session: inout ResumableSession) {
        let text = session.send(message)
        precondition(text.count <= OutgoingMessage.maximumLength, "an answer fits into a frame")
        precondition((try? JSONText.parse(text))?["seq"] == 1, "an answer is JSON, with its number")
    }
}
