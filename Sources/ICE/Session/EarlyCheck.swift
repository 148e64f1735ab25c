import Primitives

/// A check of the peer that came before its credentials did (RFC 8445 §7.3: answered at once, acted upon later).
struct EarlyCheck: Sendable {
    let base: SocketAddress
    let source: SocketAddress
    /// The fragment that the peer used for itself.
    let remoteFragment: String
    let priority: UInt32?
    var usesCandidate: Bool
}
