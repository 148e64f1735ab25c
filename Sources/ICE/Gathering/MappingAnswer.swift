import Primitives

/// What a server said.
enum MappingAnswer: Sendable {
    /// A socket is seen at an address.
    case mapped(base: SocketAddress, server: SocketAddress, url: String?, address: SocketAddress)
    /// It answered without an address, or answered what was only meant to keep a mapping alive.
    case nothingNew
}
