import Primitives

/// What an allocation lets in from one address (RFC 8656 §9).
struct RelayPermission: Sendable {
    /// Datagrams that wait for a permission; more would be out of date when it comes.
    static let queueLimit = 8

    /// Whether the relay has granted it.
    var isGranted = false
    /// The relay will not have it; asked again when the refusal has aged.
    var isRefused = false
    /// When it is to be asked for anew.
    var refreshAt: Instant
    /// When it ends if nobody asks.
    var expiry: Instant
    var lastUse: Instant
    var queue: [(peer: SocketAddress, data: [UInt8])] = []
}

/// A number that stands for a peer's address (RFC 8656 §12).
struct RelayChannel: Sendable {
    let number: UInt16
    /// The relay has confirmed it; before that, data goes in indications.
    var isBound = false
    var refreshAt: Instant
    /// When the relay forgets it if nobody asks.
    var expiry: Instant
}
