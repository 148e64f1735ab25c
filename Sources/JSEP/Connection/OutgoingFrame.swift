import Primitives

/// A frame of encoded audio, or a telephone event, on its way into an RTP packet.
package struct OutgoingFrame: Sendable {
    package var payloadType: UInt8
    /// In the RTP clock of the codec.
    package var rtpTimestamp: UInt32
    package var hasMarker: Bool
    /// −dBov and voice activity for the header extension (RFC 6464).
    package var audioLevel: UInt8
    package var hasVoice: Bool
    /// The moment that the timestamp stands for.
    package var capturedAt: Instant
    package var payload: [UInt8]

    package init(
        payloadType: UInt8, rtpTimestamp: UInt32, hasMarker: Bool, audioLevel: UInt8, hasVoice: Bool, capturedAt: Instant, payload: [UInt8]
    ) {
        self.payloadType = payloadType
        self.rtpTimestamp = rtpTimestamp
        self.hasMarker = hasMarker
        self.audioLevel = audioLevel
        self.hasVoice = hasVoice
        self.capturedAt = capturedAt
        self.payload = payload
    }
}
