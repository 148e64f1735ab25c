import AudioCodecs

/// What a packet carries.
package enum PlayoutContent: BitwiseCopyable, Sendable, Hashable {
    case speech(AudioCodec)
    /// A key that is being pressed (RFC 4733), in place of the voice: nothing to play, but nothing lost either.
    case telephoneEvent
}
