import NIOCore

/// A remote desktop's way of carrying bytes between a program in the session and the user's device. An adapter for each kind.
///
/// What an adapter promises: bytes arrive in order or the channel ends; nothing more. Boundaries need not be kept, an end need not be noticed, and what
/// was written may be lost with the channel: the session layer above sees to all three. docs/adapters.md says what it takes to write one.
package protocol VirtualChannel: Sendable, CustomStringConvertible {
    /// Opens the channel once. `configure` adds the handler that gets its bytes, on the event loop and before the first of them.
    ///
    /// Fails with a `SessionFailure`, and takes as long as it takes: whoever waits has a deadline of his own and closes what comes late.
    func open(on eventLoop: any EventLoop, configure: @escaping @Sendable (any Channel) throws -> Void) -> EventLoopFuture<any Channel>
}
