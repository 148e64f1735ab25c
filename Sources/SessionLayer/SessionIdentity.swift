import Primitives

/// Names a session to the engine that has it; not secret.
package struct SessionID: Sendable, Hashable, CustomStringConvertible {
    package static let length = 16
    /// In an `open` frame: a session that is yet to be made.
    package static let none = SessionID(bytes: [UInt8](repeating: 0, count: length))

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length, "a session's name has \(Self.length) bytes")
        self.bytes = bytes
    }

    package var description: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

/// Whoever has it may resume the session: 256 random bits, compared in constant time and never logged.
package struct SessionToken: Sendable {
    package static let length = 32
    package static let none = SessionToken(bytes: [UInt8](repeating: 0, count: length))

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length, "a token has \(Self.length) bytes")
        self.bytes = bytes
    }

    /// Takes the same time wherever the two differ.
    package func matches(_ other: SessionToken) -> Bool {
        zip(bytes, other.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
