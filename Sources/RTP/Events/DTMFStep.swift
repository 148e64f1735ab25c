/// What a `DTMFSender` asks for in one tick.
package struct DTMFStep: Sendable, Hashable, BitwiseCopyable {
    /// A packet of the telephone-event format.
    package struct Packet: Sendable, Hashable, BitwiseCopyable {
        package var event: TelephoneEvent
        /// Of the packet: where the event, or its segment, began.
        package var timestamp: UInt32
        /// The first packet of an event (RFC 4733 §2.5.1.1).
        package var marker: Bool
    }

    /// What the page hears of (webrtc-pc §7.3).
    package enum ToneChange: Sendable, Hashable, BitwiseCopyable {
        /// This tone, or the pause of a comma, begins.
        case began(DTMFTone)
        /// All tones have been played: the event with the empty string.
        case finished
    }

    /// To be sent now, with a sequence number of its own.
    package var packet: Packet?
    package var toneChange: ToneChange?
    /// A tone is being played: audio is not sent meanwhile.
    package var isPlaying = false

    package init() {}
}
