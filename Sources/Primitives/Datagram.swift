/// Bytes that travel from one socket to another.
package struct Datagram: Sendable, Hashable {
    /// Our own end: the address the socket is bound to.
    package var local: SocketAddress
    /// The other end.
    package var remote: SocketAddress
    package var bytes: [UInt8]

    package init(local: SocketAddress, remote: SocketAddress, bytes: [UInt8]) {
        self.local = local
        self.remote = remote
        self.bytes = bytes
    }
}
