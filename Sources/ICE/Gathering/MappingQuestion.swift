import Primitives

/// A Binding request to a server: “where do you see this socket?” (RFC 8489 §3).
struct MappingQuestion: Sendable {
    let base: SocketAddress
    let server: SocketAddress
    let url: String?
    let transactionID: STUNTransactionID
    var transmissions = 0
    /// When to send it, for the first time or again; it may have to await its turn.
    var nextTransmission: Instant
    /// When to give up.
    var deadline: Instant
}
