/// Why a text is not a session description we can use, and where.
///
/// Two errors are equal when their code and line are; the reason is for people.
package struct SDPError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The text, a line of it, or the number of lines or sections is beyond `SDPLimits`.
        case tooLarge
        /// A line that is not `<letter>=<value>`.
        case malformedLine
        /// A line that has to be there is not, or stands at another place (RFC 8866 §5).
        case missingLine
        /// A line other than `a=` whose value does not follow its grammar.
        case malformedValue
        /// An attribute we understand whose value does not follow its grammar.
        case malformedAttribute
    }

    package let code: Code
    /// The line, counted from 1; one past the last where something is missing at the end.
    package let line: Int
    /// What is wrong, with the offending line, for a person.
    package let reason: String

    package init(_ code: Code, line: Int, _ reason: String) {
        self.code = code
        self.line = line
        self.reason = reason
    }

    package static func == (left: SDPError, right: SDPError) -> Bool { left.code == right.code && left.line == right.line }
    package var description: String { "line \(line): \(reason)" }
}
