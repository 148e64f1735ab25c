import RTP

/// What the network loop must know of an encoded frame to make an RTP packet of it. The bytes beside it are the payload.
package struct EncodedFrameHeader: BitwiseCopyable, Sendable, Hashable {
    package enum Content: BitwiseCopyable, Sendable, Hashable {
        /// A frame of the codec.
        case audio
        /// A report about a key (RFC 4733), four bytes.
        case telephoneEvent
        /// No packet, no bytes: the page is to be told of a key that begins, or that all have been played (webrtc-pc §7.3).
        case toneChange(DTMFStep.ToneChange)
    }

    package var content: Content
    /// As negotiated for the codec, or for telephone events.
    package var payloadType: UInt8
    /// Of the frame's first sample, in the codec's RTP clock; of the event's beginning.
    package var rtpTimestamp: UInt32
    /// The first frame after a silence in which nothing was sent (RFC 3551 §4.1), the first report of an event (RFC 4733 §2.5.1.1).
    package var marker: Bool
    /// −dBov, 0 (loudest)…127 (silence), for the header extension of RFC 6464.
    package var audioLevel: UInt8
    /// Whether the frame holds a voice, as far as loudness tells (RFC 6464's V bit).
    package var hasVoice: Bool
    /// How long the frame lasts, in samples of the RTP clock; 0 for events.
    package var duration: UInt32
    /// The tick at which the frame was complete, nanoseconds of the tick's clock: what a sender report pairs with an RTP timestamp…
    package var tick: Int64
    /// …which is this one.
    package var tickTimestamp: UInt32
}
