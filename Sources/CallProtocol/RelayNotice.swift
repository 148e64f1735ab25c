import JSONCoding

/// What the relay in a remote desktop says on its own, between the engine's messages and without a number.
package enum RelayNotice: Sendable {
    /// The remote desktop's client has gone, or is back: the engine and its calls go on either way.
    case channel(isConnected: Bool)
    /// There is no engine any more, for this reason; the relay ends.
    case end(ProtocolError)

    package var text: [UInt8] {
        do throws(JSONError) {
            switch self {
            case .channel(let isConnected):
                return try JSONText.write(["type": "channel", "state": .string(isConnected ? "connected" : "disconnected")])
            case .end(let error): return try JSONText.write(["type": "end", "error": try JSONValue(encoding: error)])
            }
        } catch {
            preconditionFailure("a relay's notice has a form in JSON: \(error)")
        }
    }
}
