/// Why a DTLS session cannot go on.
package struct DTLSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The peer's certificate is not the one that its description promised (RFC 5763 §5).
        case fingerprintMismatch
        /// The peer showed no certificate.
        case noCertificate
        /// The two sides share no SRTP protection profile, or the peer does not know `use_srtp`.
        case noSharedProfile
        /// The two sides share no cipher suite, group or version.
        case noSharedParameters
        /// The peer ended the session with this alert (RFC 5246 §7.2).
        case alertReceived(UInt8)
        /// The peer did not answer, however often we asked.
        case timedOut
        /// Something that the peer sent breaks the protocol.
        case protocolError
        /// OpenSSL could not do what it was asked to, such as for want of memory.
        case internalError
    }

    package var code: Code
    /// A sentence for a person.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Equality is of the code alone; the reason is for people.
    package static func == (left: DTLSFailure, right: DTLSFailure) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
