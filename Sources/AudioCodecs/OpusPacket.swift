import COpus

/// What can be told of an Opus packet without decoding it (RFC 6716 §3).
package enum OpusPacket {
    /// Samples at 48 kHz, 120…5760; `nil` for what is no packet.
    package static func sampleCount(_ packet: UnsafeRawBufferPointer) -> Int? {
        guard packet.count > 0, let bytes = packet.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        let count = opus_packet_get_nb_samples(bytes, Int32(clamping: packet.count), 48_000)
        return (1...OpusDecoder.mostSamples).contains(Int(count)) ? Int(count) : nil
    }

    /// Whether the packet carries what went before it: the low bit-rate redundancy (LBRR) of RFC 6716 §4.2.4.
    ///
    /// The SILK layer begins with a voice activity flag per SILK frame and then the LBRR flag, per channel; range coded with even odds they are
    /// the first bits of the frame. Packets of the CELT layer alone have none.
    package static func hasRedundancy(_ packet: UnsafeRawBufferPointer) -> Bool {
        guard let head = packet.first else { return false }
        // §3.1: configurations 0…15 have a SILK layer; 12…15 are hybrid with frames of 10 and 20 ms, 0…11 have 10, 20, 40 and 60 ms.
        let configuration = head >> 3
        guard configuration < 16, let frame = firstFrame(of: packet), frame < packet.count else { return false }
        let silkFrames: Int =
            switch configuration & 3 {
            case 2 where configuration < 12: 2
            case 3 where configuration < 12: 3
            case _: 1
            }
        let channels = head & 4 != 0 ? 2 : 1
        for channel in 0..<channels where packet[frame] >> (7 - (silkFrames + 1) * channel - silkFrames) & 1 == 1 { return true }
        return false
    }

    /// Whether the packet holds no sound: what an encoder in DTX makes (§2.1.9), telling that it falls silent.
    package static func isEmpty(_ packet: UnsafeRawBufferPointer) -> Bool { (1...2).contains(packet.count) }

    /// Where the first frame's bytes begin (§3.2.2–3.2.5); `nil` where the packet is cut short.
    private static func firstFrame(of packet: UnsafeRawBufferPointer) -> Int? {
        switch packet[0] & 3 {
        case 0, 1:
            return packet.count > 1 ? 1 : nil
        case 2:
            guard packet.count > 1 else { return nil }
            return packet[1] < 252 ? 2 : 3
        case _:
            guard packet.count > 1 else { return nil }
            var position = 2
            let count = Int(packet[1] & 63)
            if packet[1] & 64 != 0 {
                while position < packet.count, packet[position] == 255 { position += 1 }
                position += 1
            }
            // Variable bit-rate: the lengths of all frames but the last.
            if packet[1] & 128 != 0 {
                for _ in 1..<max(count, 1) {
                    guard position < packet.count else { return nil }
                    position += packet[position] < 252 ? 1 : 2
                }
            }
            return position
        }
    }
}
