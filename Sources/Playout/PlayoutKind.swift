/// What a frame that the playout gave is made of.
package enum PlayoutKind: Sendable, Hashable {
    /// Nothing has arrived yet, or not for long: silence.
    case silence
    /// What was sent.
    case speech
    /// At least in part made up for what is missing.
    case concealment
    /// The sender pauses: what is heard is background.
    case comfortNoise
}
