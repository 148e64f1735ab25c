import Primitives

/// A server that tells where a request came from. Its name has been resolved by the caller.
package struct STUNServer: Sendable, Hashable {
    package var address: SocketAddress

    package init(address: SocketAddress) { self.address = address }
}
