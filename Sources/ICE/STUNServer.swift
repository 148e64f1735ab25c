import Primitives

/// A server that tells where a request came from. Its name has been resolved by the caller.
package struct STUNServer: Sendable, Hashable {
    package var address: SocketAddress

    /// The URL of the page's configuration, for statistics and errors.
    package var url: String?

    package init(address: SocketAddress, url: String? = nil) {
        self.address = address
        self.url = url
    }
}
