/// The state of a pair's check (RFC 8445 §6.1.2.6).
package enum PairState: String, Sendable, Hashable {
    /// A pair with the same foundation is tried first.
    case frozen
    /// To be checked when its turn comes.
    case waiting
    /// A request is out.
    case inProgress = "in-progress"
    /// The last check was answered.
    case succeeded
    /// No answer, or one that refused.
    case failed
}
