import SDP

/// Why an operation on a connection was refused, as the page will see it.
///
/// Whoever throws it has changed nothing.
package struct JSEPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The names of WebIDL's `DOMException` that webrtc-pc uses here, and the one JavaScript exception.
    package enum Name: String, Sendable, Hashable {
        case invalidStateError = "InvalidStateError"
        case invalidAccessError = "InvalidAccessError"
        case invalidModificationError = "InvalidModificationError"
        case operationError = "OperationError"
        case typeError = "TypeError"
    }

    package let name: Name
    /// For a person; close to what Chromium says.
    package let message: String
    /// The line of the description that does not parse, counted from 1.
    package let sdpLine: Int?

    package init(_ name: Name, _ message: String, sdpLine: Int? = nil) {
        self.name = name
        self.message = message
        self.sdpLine = sdpLine
    }

    /// webrtc-pc §4.4.1.5: what is not syntactically valid is an `OperationError` with its line (`sdp-syntax-error`).
    init(_ error: SDPError) {
        self.init(.operationError, "Failed to parse SessionDescription. \(error.reason)", sdpLine: error.line)
    }

    package static func == (left: JSEPError, right: JSEPError) -> Bool { left.name == right.name && left.sdpLine == right.sdpLine }
    package var description: String { "\(name.rawValue): \(message)" }
}
