import COpus

/// Opus (RFC 6716), decoded to one channel at 48 kHz; the library mixes two channels down.
///
/// `@unchecked Sendable`: the decoder's state is used by one thread at a time, whoever owns the object.
package final class OpusDecoder: SpeechDecoder, @unchecked Sendable {
    /// Samples in the longest packet: 120 ms (RFC 6716 §2.1.4).
    package static let mostSamples = 5760

    package let codec = AudioCodec.opus
    private let state: OpaquePointer

    package init() {
        var failure: Int32 = 0
        guard let state = opus_decoder_create(48_000, 1, &failure) else {
            preconditionFailure("an Opus decoder is some kilobytes; the machine has none left")
        }
        self.state = state
    }

    deinit { opus_decoder_destroy(state) }

    package func sampleCount(of packet: UnsafeRawBufferPointer) -> Int? {
        guard packet.count > 0, let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        let count = opus_packet_get_nb_samples(bytes, Int32(packet.count), 48_000)
        return count > 0 && count <= Self.mostSamples ? Int(count) : nil
    }

    package func decode(_ packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? {
        guard packet.count > 0, let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self), let start = target.baseAddress
        else { return nil }
        return samples(opus_decode_float(state, bytes, Int32(packet.count), start, Int32(target.count), 0))
    }

    package func decodeRedundancy(in packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? {
        guard packet.count > 0, let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let start = target.baseAddress, Self.hasRedundancy(bytes, packet.count)
        else { return nil }
        return samples(opus_decode_float(state, bytes, Int32(packet.count), start, Int32(target.count), 1))
    }

    package func conceal(into target: UnsafeMutableBufferPointer<Float>) -> Bool {
        guard let start = target.baseAddress else { return false }
        return opus_decode_float(state, nil, 0, start, Int32(target.count), 0) == Int32(target.count)
    }

    package func reset() { _ = nearend_opus_decoder_reset(state) }

    private func samples(_ count: Int32) -> Int? { count > 0 ? Int(count) : nil }

    /// Whether the packet carries the one before it (RFC 6716 §4.2.4: the LBRR flags follow the voice activity flags in the first bits of the
    /// SILK layer). Packets of CELT alone have none.
    private static func hasRedundancy(_ packet: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let configuration = packet[0] >> 3
        // Configurations 0…15 have a SILK layer. Code 0 is one frame, right after the first byte; other codes are rare in calls, and their
        // redundancy is not used.
        guard configuration < 16, packet[0] & 3 == 0, count > 1 else { return false }
        // Frames of 40 and 60 ms hold two and three SILK frames, each with a voice activity flag.
        let silkFrames: UInt8 =
            switch configuration & 3 {
            case 2 where configuration < 12: 2
            case 3 where configuration < 12: 3
            default: 1
            }
        return packet[1] >> (7 - silkFrames) & 1 == 1
    }
}
