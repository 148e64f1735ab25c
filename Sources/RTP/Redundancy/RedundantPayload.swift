import Primitives

/// The payload of a packet that repeats what was sent before (RFC 2198): the older blocks first, the packet's own last.
package struct RedundantPayload: Sendable, Hashable {
    package struct Block: Sendable, Hashable {
        /// 0…127, as negotiated for the block's codec.
        package var payloadType: UInt8
        /// By how much the block is older than the packet, in units of its RTP clock, 0…16383; 0 for the packet's own.
        package var timestampOffset: UInt32
        package var bytes: [UInt8]

        package init(payloadType: UInt8, timestampOffset: UInt32, bytes: [UInt8]) {
            self.payloadType = payloadType
            self.timestampOffset = timestampOffset
            self.bytes = bytes
        }
    }

    /// What a timestamp offset of 14 bits and a length of 10 can say (§3).
    package static let largestOffset: UInt32 = 0x3FFF
    package static let longestRepeat = 0x3FF
    /// Bytes of the header of a block that is repeated; that of the packet's own has one.
    package static let headerLength = 4
    /// More blocks than anybody sends are not looked at.
    package static let mostRepeats = 16

    package var repeats: [Block]
    package var primary: Block

    /// `nil` for headers without an end, for lengths beyond the payload, and for a packet without anything of its own.
    package init?(parsing payload: [UInt8]) {
        var reader = ByteReader(payload)
        var headers: [(payloadType: UInt8, offset: UInt32, length: Int)] = []
        var own: UInt8?
        while own == nil {
            guard let first = reader.readUInt8() else { return nil }
            guard first & 0x80 != 0 else {
                own = first
                continue
            }
            guard let high = reader.readUInt8(), let low = reader.readUInt16(), headers.count < Self.mostRepeats else { return nil }
            let rest = UInt32(high) << 16 | UInt32(low)
            headers.append((first & 0x7F, rest >> 10, Int(rest & 0x3FF)))
        }
        repeats = []
        for header in headers {
            guard let bytes = reader.readBytes(header.length) else { return nil }
            repeats.append(Block(payloadType: header.payloadType, timestampOffset: header.offset, bytes: Array(bytes)))
        }
        let rest = reader.readRest()
        guard let own, !rest.isEmpty else { return nil }
        primary = Block(payloadType: own, timestampOffset: 0, bytes: Array(rest))
    }

    package init(repeats: [Block], primary: Block) {
        self.repeats = repeats
        self.primary = primary
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for block in repeats {
            bytes += Self.header(of: block.payloadType, offset: block.timestampOffset, length: block.bytes.count)
        }
        bytes.append(primary.payloadType & 0x7F)
        for block in repeats { bytes += block.bytes }
        return bytes + primary.bytes
    }

    private static func header(of payloadType: UInt8, offset: UInt32, length: Int) -> [UInt8] {
        let word = headerWord(of: payloadType, offset: offset, length: length)
        return [UInt8(truncatingIfNeeded: word >> 24), UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)]
    }

    /// The four bytes of a repeated block's header as a big-endian number; for those who write without allocating.
    package static func headerWord(of payloadType: UInt8, offset: UInt32, length: Int) -> UInt32 {
        precondition(offset <= largestOffset && length <= longestRepeat, "a repeated block is too old or too long for its header")
        return 0x8000_0000 | UInt32(payloadType & 0x7F) << 24 | offset << 10 | UInt32(length)
    }
}
