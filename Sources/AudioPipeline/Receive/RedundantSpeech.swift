import AudioCodecs
import Playout
import Primitives
import RTP

/// The frames in a packet that repeats what went before (RFC 2198), as the playout takes them: its own first, then the repeated ones.
package struct RedundantSpeech {
    package struct Frame {
        package var packet: PlayoutPacket
        package var payload: [UInt8]
    }
    package private(set) var frames: [Frame]

    /// `nil` for a payload that is none, or whose own frame is of a payload type that was not agreed on.
    ///
    /// - Parameter formats: what payload types stand for.
    package init?(parsing packet: RTPPacket, at arrival: Instant, formats: [UInt8: PlayoutContent]) {
        guard let content = RedundantPayload(parsing: packet.payload), let own = formats[content.primary.payloadType] else { return nil }
        let described = PlayoutPacket(
            content: own, ssrc: packet.ssrc.rawValue, sequenceNumber: packet.sequenceNumber.rawValue, timestamp: packet.timestamp,
            arrival: arrival)
        frames = [Frame(packet: described, payload: content.primary.bytes)]
        for block in content.repeats.reversed() {
            guard formats[block.payloadType] == .speech(.opus), let distance = Self.distance(of: block) else { continue }
            var repeated = described
            repeated.content = .speech(.opus)
            repeated.sequenceNumber &-= distance
            repeated.timestamp &-= block.timestampOffset
            repeated.isRepeat = true
            frames.append(Frame(packet: repeated, payload: block.bytes))
        }
    }

    /// How many packets before this one the block was sent first. RFC 2198 does not say; but packets follow each other without gaps in time
    /// while somebody talks, and across a pause nothing needs to be repeated.
    private static func distance(of block: RedundantPayload.Block) -> UInt16? {
        guard let duration = block.bytes.withUnsafeBytes({ OpusPacket.sampleCount($0) }), block.timestampOffset > 0,
            block.timestampOffset.isMultiple(of: UInt32(duration))
        else { return nil }
        return UInt16(block.timestampOffset / UInt32(duration))
    }
}
