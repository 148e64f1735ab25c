import Primitives
import RTP
import Testing

@Suite("RTP packet")
struct RTPPacketTests {
    @Test("The shortest packet is a header of twelve bytes; one byte less is none")
    func shortest() throws {
        let header = bytes("80 6f 1234 00000001 cafebabe")
        let packet = try #require(RTPPacket(parsing: header))
        #expect(packet.payloadType.rawValue == 111 && !packet.marker)
        #expect(packet.sequenceNumber.rawValue == 0x1234 && packet.timestamp == 1 && packet.ssrc == SSRC(0xCAFE_BABE))
        #expect(packet.payload.isEmpty && packet.extensions.isEmpty && packet.contributingSources.isEmpty)
        #expect(RTPPacket(parsing: Array(header.dropLast())) == nil)
        #expect(packet.bytes == header)
    }

    @Test("Marker, sources, one-byte extensions and padding are read")
    func everything() throws {
        let wire = bytes("b2 ef 0001 00000002 00000003 0000000a 0000000b bede 0002 10 85 22 010203 00 00 aabbcc 00 02")
        let packet = try #require(RTPPacket(parsing: wire))
        #expect(packet.marker)
        #expect(packet.contributingSources == [SSRC(10), SSRC(11)])
        #expect(packet.extensions == [HeaderExtension(id: 1, bytes: [0x85]), HeaderExtension(id: 2, bytes: [1, 2, 3])])
        #expect(packet.payload == [0xAA, 0xBB, 0xCC])
        #expect(packet.paddingByteCount == 2)
        #expect(packet.headerByteCount == 12 + 8 + 12 + 2)
    }

    @Test("The two-byte form is read, whatever its application bits, with elements of no length")
    func twoByteForm() throws {
        let wire = bytes("90 6f 0001 00000002 00000003 1005 0003 01 00 00 02 02 aabb 10 01 ff 0000 99")
        let packet = try #require(RTPPacket(parsing: wire))
        #expect(
            packet.extensions == [
                HeaderExtension(id: 1, bytes: []), HeaderExtension(id: 2, bytes: [0xAA, 0xBB]), HeaderExtension(id: 16, bytes: [0xFF]),
            ])
        #expect(packet.payload == [0x99])
    }

    @Test("Identifier 15 ends a one-byte list, an element that does not fit is lost, an unknown profile has none")
    func oddExtensions() throws {
        let ended = try #require(RTPPacket(parsing: bytes("90 6f 0001 00000002 00000003 bede 0001 10 85 f0 10")))
        #expect(ended.extensions == [HeaderExtension(id: 1, bytes: [0x85])])
        let cut = try #require(RTPPacket(parsing: bytes("90 6f 0001 00000002 00000003 bede 0001 10 85 2f 10")))
        #expect(cut.extensions == [HeaderExtension(id: 1, bytes: [0x85])])
        let unknown = try #require(RTPPacket(parsing: bytes("90 6f 0001 00000002 00000003 1234 0001 10 85 2f 10 77")))
        #expect(unknown.extensions.isEmpty && unknown.payload == [0x77])
    }

    @Test(
        "Versions, counts, lengths and padding that cannot be are refused",
        arguments: [
            "", "80", "40 6f 0001 00000002 00000003", "81 6f 0001 00000002 00000003 000000",
            "90 6f 0001 00000002 00000003 bede", "90 6f 0001 00000002 00000003 bede 0002 10850000",
            "a0 6f 0001 00000002 00000003", "a0 6f 0001 00000002 00000003 00", "a0 6f 0001 00000002 00000003 aa 03",
        ])
    func refused(wire: String) {
        #expect(RTPPacket(parsing: bytes(wire)) == nil)
    }

    @Test("What is written is read back the same, in the form that the extensions need")
    func roundTrip() {
        var random = RandomSource(seed: 8285)
        for _ in 0..<500 {
            let isWide = Bool.random(using: &random)
            let extensions = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                HeaderExtension(
                    id: isWide ? UInt8.random(in: 1...255, using: &random) : UInt8.random(in: 1...14, using: &random),
                    bytes: random.bytes(isWide ? Int.random(in: 0...255, using: &random) : Int.random(in: 1...16, using: &random)))
            }
            let packet = RTPPacket(
                marker: Bool.random(using: &random), payloadType: PayloadType(truncating: UInt8.random(in: 0...127, using: &random)),
                sequenceNumber: SequenceNumber(UInt16.random(in: 0...UInt16.max, using: &random)),
                timestamp: UInt32.random(in: 0...UInt32.max, using: &random), ssrc: SSRC(UInt32.random(in: 0...UInt32.max, using: &random)),
                contributingSources: (0..<Int.random(in: 0...15, using: &random)).map { SSRC(UInt32($0)) }, extensions: extensions,
                payload: random.bytes(Int.random(in: 0...200, using: &random)))
            #expect(RTPPacket(parsing: packet.bytes) == packet)
            #expect(packet.bytes.count == packet.headerByteCount + packet.payload.count)
        }
    }

    @Test("Any bytes are parsed or refused, and what is parsed can be written")
    func hostile() {
        var random = RandomSource(seed: 3550)
        for _ in 0..<20_000 {
            var wire = random.bytes(Int.random(in: 0...80, using: &random))
            if !wire.isEmpty { wire[0] = wire[0] & 0x3F | 0x80 }
            // A length that has a chance.
            if wire.count > 16, Bool.random(using: &random) { wire.replaceSubrange(12..<16, with: [0xBE, 0xDE, 0, 2]) }
            if let packet = RTPPacket(parsing: wire) {
                #expect(packet.payload.count <= wire.count)
                // Zero-length elements of the two-byte form move the whole list to that form; the rest reads back as it was.
                let again = RTPPacket(parsing: packet.bytes)
                #expect(again?.payload == packet.payload && again?.extensions == packet.extensions)
            }
        }
    }
}
