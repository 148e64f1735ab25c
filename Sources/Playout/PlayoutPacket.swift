import AudioCodecs
import Primitives

/// What the playout must know of a packet; its bytes come beside it.
package struct PlayoutPacket: BitwiseCopyable, Sendable, Hashable {
    package var content: PlayoutContent
    package var ssrc: UInt32
    package var sequenceNumber: UInt16
    /// In the codec's RTP clock.
    package var timestamp: UInt32
    /// When it came to this machine, on the clock of the ticks.
    package var arrival: Instant
    /// It came inside of a later packet (RFC 2198), whose arrival is its own.
    package var isRepeat: Bool

    package init(
        content: PlayoutContent, ssrc: UInt32, sequenceNumber: UInt16, timestamp: UInt32, arrival: Instant, isRepeat: Bool = false
    ) {
        self.content = content
        self.ssrc = ssrc
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.arrival = arrival
        self.isRepeat = isRepeat
    }

    package init(codec: AudioCodec, ssrc: UInt32, sequenceNumber: UInt16, timestamp: UInt32, arrival: Instant) {
        self.init(content: .speech(codec), ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp, arrival: arrival)
    }
}
