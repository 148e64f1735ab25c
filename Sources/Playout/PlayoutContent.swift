import AudioCodecs

/// What a packet carries.
package enum PlayoutContent: BitwiseCopyable, Sendable, Hashable {
    case speech(AudioCodec)
    /// A key that is being pressed (RFC 4733), in place of the voice: nothing to play, but nothing lost either.
    case telephoneEvent
    /// What the background is like while the sender is silent (RFC 3389).
    case comfortNoise
}
