import JSONCoding

/// What we send after the hello.
package enum OutgoingMessage: Sendable {
    case reply(document: DocumentNumber, id: Int, Reply)
    case event(document: DocumentNumber, Event)
    /// About a message that could not be answered by id.
    case error(ProtocolError)

    /// The JSON text of the message with its place in the sequence.
    ///
    /// Errors: none that a peer could cause; a message that JSON cannot carry becomes an error message.
    package func text(seq: Int, ack: Int) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.write(json(seq: seq, ack: ack))
        } catch {
            let reason = error.reason.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }
            return Array(
                """
                {"type":"error","seq":\(seq),"ack":\(ack),"error":{"code":2199,"name":"OperationError","message":"\(String(String.UnicodeScalarView(reason)))"}}
                """.utf8)
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
