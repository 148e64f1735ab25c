/// Who opens the DTLS association (RFC 4145 §4, RFC 8842 §5.2).
package enum SetupRole: String, Sendable, Hashable {
    /// Sends the ClientHello.
    case active
    /// Waits for it.
    case passive
    /// Either; the answerer chooses.
    case actpass
    /// Not yet.
    case holdconn
}
