/// What went wrong with a key or a certificate.
package struct CryptographyError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// OpenSSL could not make a key or a certificate.
        case certificateNotMade
    }

    package var code: Code
    /// A sentence for a person.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Equality is of the code alone; the reason is for people.
    package static func == (left: CryptographyError, right: CryptographyError) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
