/// Why a text is no JSON, or not the JSON that was expected. Equality is on the code.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Not JSON: bad syntax, bad UTF-8, a name that occurs twice, nested too deeply, a number out of range.
        case malformed
        /// JSON, but a member is missing or of another kind than expected.
        case mismatch
        /// A value that JSON has no form for, such as a number that is not finite.
        case unrepresentable
    }

    package let code: Code
    /// What is wrong, for a person.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
