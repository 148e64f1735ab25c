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

    package func sampleCount(of packet: UnsafeRawBufferPointer) -> Int? { OpusPacket.sampleCount(packet) }

    package func redundantSampleCount(of packet: UnsafeRawBufferPointer) -> Int {
        guard OpusPacket.hasRedundancy(packet), let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        return Int(opus_packet_get_samples_per_frame(bytes, 48_000))
    }

    package func announcesPause(_ packet: UnsafeRawBufferPointer) -> Bool { OpusPacket.isEmpty(packet) }

    package func decode(_ packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? {
        guard packet.count > 0, let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self), let start = target.baseAddress
        else { return nil }
        return clamped(opus_decode_float(state, bytes, Int32(packet.count), start, Int32(target.count), 0), start)
    }

    package func decodeRedundancy(in packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? {
        guard OpusPacket.hasRedundancy(packet), let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let start = target.baseAddress
        else { return nil }
        return clamped(opus_decode_float(state, bytes, Int32(packet.count), start, Int32(target.count), 1), start)
    }

    package func conceal(into target: UnsafeMutableBufferPointer<Float>) -> Bool {
        // The library makes up whole pieces of 2.5 ms.
        guard let start = target.baseAddress, target.count > 0, target.count % 120 == 0, target.count <= Self.mostSamples else { return false }
        return clamped(opus_decode_float(state, nil, 0, start, Int32(target.count), 0), start) == target.count
    }

    package func drain(into target: UnsafeMutableBufferPointer<Float>) -> Int { 0 }
    package func reset() { _ = nearend_opus_decoder_reset(state) }

    /// Packets made for it decode to samples of any size, which a canceller or a loudspeaker behind must not meet.
    private func clamped(_ count: Int32, _ samples: UnsafeMutablePointer<Float>) -> Int? {
        guard count > 0 else { return nil }
        for index in 0..<Int(count) {
            let sample = samples[index]
            // What is no number fails both comparisons.
            samples[index] = sample > -1 ? (sample < 1 ? sample : 1) : (sample <= -1 ? -1 : 0)
        }
        return Int(count)
    }
}
