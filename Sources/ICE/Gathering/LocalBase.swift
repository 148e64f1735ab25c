import Primitives

/// A bound socket, or an address at a relay, that candidates stand on (RFC 8445 §4, “base”).
struct LocalBase: Sendable {
    let address: SocketAddress
    /// Orders candidates of the same kind (RFC 8445 §5.1.2.1); no two bases have the same.
    let preference: UInt16
    /// Where the base is an address at a relay: its server, and where that sees us.
    var relay: Relay?

    struct Relay: Sendable {
        let server: RelayServer
        let mapped: SocketAddress?
    }
}
