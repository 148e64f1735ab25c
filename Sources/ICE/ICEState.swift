/// The state of an agent, as webrtc-pc §5.6.4 names it for `RTCIceTransport`.
package enum ICEState: String, Sendable, Hashable, CaseIterable {
    /// Gathering, or waiting for the other end's credentials and first candidate.
    case new
    /// Checking pairs; none has worked yet.
    case checking
    /// A pair works; others are being checked, or more candidates may come.
    case connected
    /// A pair works and is nominated, both ends have named all candidates, and no check is left.
    case completed
    /// The pair in use has stopped answering; it may come back.
    case disconnected
    /// Nothing works any more. Final until a restart.
    case failed
    /// Told to end. Final.
    case closed
}
