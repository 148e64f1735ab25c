import RTP

/// Keys to be sent by RFC 4733, as `insertDTMF` asks for them (webrtc-pc §7.2). Immutable.
package final class ToneRequest: Sendable {
    /// Replace what is still to be sent; none: the key that is being sent is the last.
    package let tones: DTMFToneList
    /// Of the negotiated telephone-event format.
    package let payloadType: UInt8
    /// Of that format. Should be the codec's (RFC 4733 §2.1); where the other side offers no such, its timestamps are on a line of their
    /// own.
    package let clockRate: Int
    /// Milliseconds a key lasts, and a pause between keys.
    package let duration: Int
    package let gap: Int

    package init(
        tones: DTMFToneList, payloadType: UInt8, clockRate: Int, duration: Int = DTMFSender.usualDuration, gap: Int = DTMFSender.usualGap
    ) {
        self.tones = tones
        self.payloadType = payloadType
        self.clockRate = clockRate
        self.duration = duration
        self.gap = gap
    }
}
