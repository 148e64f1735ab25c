/// Why there is no session over the channel, or none any more. The numbers are those of docs/protocol.md: appended, never reused.
package struct SessionFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: UInt16, Sendable, CaseIterable {
        /// The remote session offers no channel: nothing listens where its socket should be.
        case noChannel = 1201
        /// The remote desktop's client has nothing behind the channel: no plugin, or no engine that answers.
        case nobodyThere = 1202
        /// The server closed the channel as it was opened: no client is connected.
        case channelRefused = 1203
        /// The engine does not know the session to be resumed: it was started anew, or the agent came back from another device.
        case sessionUnknown = 1204
        /// The channel was gone for longer than the session lasts without one.
        case graceOver = 1205
        /// The two ends speak different versions of the session layer.
        case versionMismatch = 1206
        /// The device's own policy does not serve this desktop.
        case notAllowed = 1207
        /// What came over the channel breaks the rules of the session layer.
        case violation = 1208
        /// More waits for the other end than it is given memory for.
        case overfull = 1209
        /// The engine ends, or has no place for one more session.
        case engineUnavailable = 1210
        /// The server has no channel number left; they come back when it starts anew.
        case channelsExhausted = 1211
        /// The channel's TLS did not come about: a certificate is missing, or is not accepted.
        case insecure = 1212
    }

    package let code: Code
    /// For a person.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { "\(code.rawValue): \(reason)" }
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
