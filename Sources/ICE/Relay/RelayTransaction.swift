import Primitives

/// A request to a relay, until it is answered or given up.
struct RelayTransaction: Sendable {
    enum Purpose: Sendable, Hashable {
        case allocate
        /// `lifetime` zero gives the allocation up.
        case refresh(lifetime: Duration)
        case permission(IPAddress)
        case channel(SocketAddress, UInt16)
    }

    let id: STUNTransactionID
    let purpose: Purpose
    let bytes: [UInt8]
    /// Whether it carried credentials, so that another 401 says that they are wrong.
    let isAuthenticated: Bool
    /// How often it was made anew for a nonce gone stale.
    let renewals: Int
    var interval = ICETiming.retransmission
    /// `nil` over a stream, which repeats by itself (RFC 8489 §6.2.2).
    var nextTransmission: Instant?
    let deadline: Instant

    /// When something is due.
    var wakeUp: Instant { nextTransmission.map { min($0, deadline) } ?? deadline }
}
