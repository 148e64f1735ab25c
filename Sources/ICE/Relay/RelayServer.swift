import Primitives

/// A TURN server (RFC 8656), its name resolved by the caller.
package struct RelayServer: Sendable, Hashable {
    package var address: SocketAddress
    package var transport: RelayProtocol
    /// The name in the URL, which the certificate must bear where TLS is spoken.
    package var host: String
    package var username: String
    /// The password of the long-term credentials (RFC 8489 §9.2).
    package var credential: String
    /// The URL of the page's configuration, for statistics and errors.
    package var url: String

    package init(
        address: SocketAddress, transport: RelayProtocol, host: String, username: String, credential: String, url: String
    ) {
        self.address = address
        self.transport = transport
        self.host = host
        self.username = username
        self.credential = credential
        self.url = url
    }

    /// Whether another entry of the configuration leads to the same door.
    func isSameService(as other: RelayServer) -> Bool { address == other.address && transport == other.transport }
}
