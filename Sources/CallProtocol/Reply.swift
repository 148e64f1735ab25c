import JSONCoding

/// The one answer to a request: a result (`{}` where there is nothing to say) or the reason for the refusal.
package enum Reply: Sendable {
    case result(JSONValue)
    case refusal(ProtocolError)

    package static let done = Reply.result([:])

    /// A result of a type of ours. A value that JSON cannot carry is our own fault, and is said so.
    package init<Value: Encodable>(_ value: Value) {
        do {
            self = .result(try JSONValue(encoding: value))
        } catch {
            self = .refusal(ProtocolError(.engineFailure, "the result cannot be written: \(error.reason)"))
        }
    }
}
