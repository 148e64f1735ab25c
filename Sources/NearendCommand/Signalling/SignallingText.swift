import JSONCoding

/// Between signalling messages and their JSON text.
enum SignallingText {
    static func parse(_ text: String) throws(SignallingProblem) -> SignallingMessage {
        do {
            return try JSONText.parse(text.utf8).decode(SignallingMessage.self)
        } catch {
            throw SignallingProblem(.malformedMessage, "Not a signalling message: \(error)")
        }
    }

    static func write(_ message: some Encodable) -> String {
        do {
            return String(decoding: try JSONText.write(JSONValue(encoding: message)), as: UTF8.self)
        } catch {
            preconditionFailure("a signalling message consists of strings and small numbers, which JSON can hold: \(error)")
        }
    }
}
