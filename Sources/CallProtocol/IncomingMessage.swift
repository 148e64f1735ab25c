import JSONCoding

/// A frame's JSON, understood as far as it can be.
package enum IncomingMessage: Sendable, Hashable {
    /// The first message of a link.
    case hello(ClientHello)
    case request(RequestEnvelope)
    /// A request that cannot be carried out, but can be answered. The sequence is absent where it could not be read.
    case refused(document: DocumentNumber, id: Int, sequence: LinkSequence?, ProtocolError)
    /// End cleanly.
    case bye(LinkSequence)
    /// The browser has our messages up to this number. Not numbered itself.
    case acknowledgement(Int)
    /// Nothing that could be answered by id. Where its number could be read, it counts as received.
    case unintelligible(LinkSequence?, ProtocolError)

    package struct RequestEnvelope: Sendable, Hashable {
        package var document: DocumentNumber
        /// Unique within the document, minted by the page.
        package var id: Int
        package var sequence: LinkSequence
        package var request: Request
    }

    /// What every message after the hello carries: its own number, and the highest that its sender has seen from the other side.
    package struct LinkSequence: Codable, Sendable, Hashable {
        package var seq: Int
        package var ack: Int

        package init(seq: Int, ack: Int) {
            self.seq = seq
            self.ack = ack
        }
    }

    /// Total: whatever the bytes are, there is an answer.
    package init(parsing bytes: some Collection<UInt8>) {
        do throws(JSONError) {
            self = Self.message(try JSONText.parse(bytes))
        } catch {
            self = .unintelligible(nil, ProtocolError(.malformedMessage, error.reason))
        }
    }

    private static func message(_ json: JSONValue) -> IncomingMessage {
        let sequence: LinkSequence? = try? json.decode()
        do throws(JSONError) {
            guard case .string(let type)? = json["type"] else { throw JSONError(.mismatch, "“type” must be a string") }
            switch type {
            case "hello": return .hello(try json.decode())
            case "bye": return .bye(try json.decode())
            case "ack": return .acknowledgement(try (json["ack"] ?? .null).decode())
            case "request": return try request(json, sequence)
            default: throw JSONError(.mismatch, "there is no message type “\(type.prefix(64))”")
            }
        } catch {
            return .unintelligible(sequence, ProtocolError(.malformedMessage, error.reason))
        }
    }

    /// Throws where there is nobody to answer; every other fault becomes a refusal, so that the page's promise settles.
    private static func request(_ json: JSONValue, _ sequence: LinkSequence?) throws(JSONError) -> IncomingMessage {
        let address: Address = try json.decode()
        do throws(ProtocolError) {
            guard address.document.rawValue >= 0 else { throw ProtocolError(.unknownDocument, "documents have no negative numbers") }
            guard let sequence else { throw ProtocolError(.malformedMessage, "“seq” and “ack” must be whole numbers") }
            guard case .string(let method)? = json["method"] else {
                throw ProtocolError(.malformedMessage, "“method” must be a string")
            }
            let request = try Request(method: method, parameters: json["params"] ?? [:])
            return .request(RequestEnvelope(document: address.document, id: address.id, sequence: sequence, request: request))
        } catch {
            return .refused(document: address.document, id: address.id, sequence: sequence, error)
        }
    }

    /// Whom an answer would reach.
    private struct Address: Decodable {
        var document: DocumentNumber
        var id: Int
    }
}
