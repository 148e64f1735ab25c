/// Why a text of ICE could not be taken. Equality is on the code.
package struct ICEError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The candidate attribute does not follow RFC 8839 §5.1.
        case malformedCandidate
        /// The user name fragment or the password does not follow RFC 8839 §5.4.
        case malformedCredentials
    }

    package let code: Code
    /// What is wrong, with the offending text, for a person.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
