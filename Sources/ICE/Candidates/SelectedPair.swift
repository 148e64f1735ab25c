import Primitives

/// The sockets' view of the pair in use: where to send from and to.
package struct SelectedPair: Sendable, Hashable {
    /// The bound socket.
    package var base: SocketAddress
    package var remote: SocketAddress
    package var candidates: CandidatePair
    /// Whether the controlling end has settled on it.
    package var isNominated: Bool
}
