/// Why a message or a request was refused: a number that never changes its meaning, the name of the exception that the page throws,
/// and a sentence for a person. The table is in docs/protocol.md. Equality is on the code.
package struct ProtocolError: Error, Codable, Sendable, Hashable, CustomStringConvertible {
    /// Appended, never reused.
    package enum Code: Int, Codable, Sendable, Hashable, CaseIterable {
        case originNotAllowed = 1001
        case protocolMismatch = 1002
        case frameTooLong = 1003
        case malformedFrame = 1004
        case sequenceGap = 1005
        case configurationInvalid = 1006
        case malformedMessage = 1101
        case unknownMethod = 1102
        case unknownHandle = 1103
        case duplicateHandle = 1104
        case unknownDocument = 1105
        case invalidParameter = 1106
        case helloExpected = 1107
        case tooManyHandles = 1108
        case keptCallUnknown = 1109
        case noChannel = 1201
        case nobodyThere = 1202
        case channelRefused = 1203
        case sessionUnknown = 1204
        case graceOver = 1205
        case sessionVersionMismatch = 1206
        case desktopNotAllowed = 1207
        case sessionViolation = 1208
        case sessionOverfull = 1209
        case engineUnavailable = 1210
        case channelsExhausted = 1211
        case channelInsecure = 1212
        case microphoneNotFound = 2001
        case microphoneNotReadable = 2002
        case constraintsNotMet = 2003
        case speakerNotFound = 2004
        case microphoneNotAllowed = 2005
        case invalidState = 2101
        case descriptionRefused = 2102
        case invalidAccess = 2103
        case notSupported = 2104
        case invalidModification = 2105
        case typeMismatch = 2106
        case engineFailure = 2199
    }

    package var code: Code
    /// The `name` of the `DOMException`, or `TypeError`.
    package var name: String
    package var message: String
    /// The offending line of a description, counted from 1.
    package var sdpLine: Int?

    package init(_ code: Code, name: String? = nil, _ message: String, sdpLine: Int? = nil) {
        self.code = code
        self.name = name ?? code.exceptionName
        self.message = message
        self.sdpLine = sdpLine
    }

    package var description: String { "\(code.rawValue) \(name): \(message)" }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code && left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension ProtocolError.Code {
    /// The exception that a page sees where the error says no other.
    package var exceptionName: String {
        switch self {
        case .originNotAllowed, .microphoneNotAllowed, .desktopNotAllowed: "NotAllowedError"
        case .microphoneNotFound, .speakerNotFound, .keptCallUnknown: "NotFoundError"
        case .microphoneNotReadable: "NotReadableError"
        case .constraintsNotMet: "OverconstrainedError"
        case .invalidState: "InvalidStateError"
        case .invalidAccess: "InvalidAccessError"
        case .notSupported, .unknownMethod: "NotSupportedError"
        case .invalidModification: "InvalidModificationError"
        case .typeMismatch, .invalidParameter: "TypeError"
        case .protocolMismatch, .frameTooLong, .malformedFrame, .sequenceGap, .configurationInvalid, .malformedMessage, .unknownHandle,
            .duplicateHandle,
            .noChannel, .nobodyThere, .channelRefused, .sessionUnknown, .graceOver, .sessionVersionMismatch, .sessionViolation,
            .sessionOverfull, .engineUnavailable, .channelsExhausted, .channelInsecure, .unknownDocument, .helloExpected, .tooManyHandles, .descriptionRefused, .engineFailure:
            "OperationError"
        }
    }
}
