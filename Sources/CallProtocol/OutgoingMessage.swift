import JSONCoding

/// What we send after the hello.
package enum OutgoingMessage: Sendable {
    case reply(document: DocumentNumber, id: Int, Reply)
    case event(document: DocumentNumber, Event)
    /// About a message that could not be answered by id.
    case error(ProtocolError)

    /// Bytes that a message to the browser may have; browsers drop a host that sends more.
    package static let maximumLength = 1024 * 1024

    /// The JSON text of the message with its place in the sequence.
    ///
    /// Total: a message that JSON cannot carry, or that is longer than the browser takes, becomes one that says so, with the same
    /// number; a reply stays the reply to its request.
    package func text(seq: Int, ack: Int) -> [UInt8] {
        do throws(JSONError) {
            let text = try JSONText.write(json(seq: seq, ack: ack))
            if text.count <= Self.maximumLength { return text }
            return replaced("the message has \(text.count) bytes, more than a browser takes").shortText(seq: seq, ack: ack)
        } catch {
            return replaced("the message has no form in JSON: \(error.reason)").shortText(seq: seq, ack: ack)
        }
    }

    private func replaced(_ reason: String) -> OutgoingMessage {
        let error = ProtocolError(.engineFailure, reason)
        switch self {
        case .reply(let document, let id, _): return .reply(document: document, id: id, .refusal(error))
        case .event, .error: return .error(error)
        }
    }

    /// Of a message that we have made ourselves just now.
    private func shortText(seq: Int, ack: Int) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.write(json(seq: seq, ack: ack))
        } catch {
            preconditionFailure("our own sentences have a form in JSON: \(error)")
        }
    }

    private func json(seq: Int, ack: Int) throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = ["seq": .integer(Int64(seq)), "ack": .integer(Int64(ack))]
        switch self {
        case .reply(let document, let id, let reply):
            members["type"] = "reply"
            members["document"] = .integer(Int64(document.rawValue))
            members["id"] = .integer(Int64(id))
            switch reply {
            case .result(let result): members["result"] = result
            case .refusal(let error): members["error"] = try JSONValue(encoding: error)
            }
        case .event(let document, let event):
            guard case .object(let fields) = try JSONValue(encoding: event) else {
                throw JSONError(.unrepresentable, "an event is an object")
            }
            members.merge(fields) { own, _ in own }
            members["type"] = "event"
            members["document"] = .integer(Int64(document.rawValue))
        case .error(let error):
            members["type"] = "error"
            members["error"] = try JSONValue(encoding: error)
        }
        return .object(members)
    }
}
