import Primitives
import RTP
import Testing

@Suite("RTCP compound")
struct RTCPCompoundTests {
    private static let block = ReportBlock(
        ssrc: SSRC(7), fractionLost: 128, cumulativeLost: -3, extendedHighestSequenceNumber: 0x0001_0005, jitter: 96,
        lastSenderReport: 0x1234_5678, delaySinceLastSenderReport: 65_536)

    private static let everything: [RTCPPacket] = [
        .senderReport(
            SenderReport(
                ssrc: SSRC(1), ntpTimestamp: NTPTimestamp(rawValue: 0x0102_0304_0506_0708), rtpTimestamp: 9, packetCount: 10,
                octetCount: 11,
                blocks: [block, block])),
        .receiverReport(ReceiverReport(ssrc: SSRC(2), blocks: [block])),
        .sourceDescription(SourceDescription(ssrc: SSRC(1), canonicalName: "abc@nearend")),
        .sourceDescription(
            SourceDescription(chunks: [
                .init(ssrc: SSRC(1), items: []),
                .init(ssrc: SSRC(2), items: [.init(type: 2, bytes: Array("Zoë".utf8)), .init(type: 6, bytes: [])]),
            ])),
        .application(ApplicationPacket(subtype: 5, ssrc: SSRC(3), name: 0x5151_5151, data: [1, 2, 3, 4])),
        .transportFeedback(FeedbackPacket(format: 1, sender: SSRC(1), media: SSRC(2), information: [0, 5, 0, 0])),
        .payloadFeedback(FeedbackPacket(format: 1, sender: SSRC(1), media: SSRC(2), information: [])),
        .unknown(type: 207, count: 0, body: [0, 0, 0, 1]),
        .goodbye(Goodbye(sources: [SSRC(1), SSRC(2)], reason: "off for lunch")),
        .goodbye(Goodbye(sources: [])),
    ]

    @Test("Every kind of packet is written and read back the same")
    func roundTrip() {
        for packet in Self.everything { #expect(RTCPCompound.parse(RTCPCompound.bytes(of: [packet])) == [packet]) }
        #expect(RTCPCompound.parse(RTCPCompound.bytes(of: Self.everything)) == Self.everything)
    }

    @Test("A sender report as another implementation writes it, with a block and a profile's extension")
    func foreign() {
        let wire = bytes(
            """
            81c8000d 55667788 83aa7e81 80000000 00020f58 00010203 00020304 01020304 05000607 10203040 11223344 55667788 99aabbcc deadbeef
            """)
        guard case .senderReport(let report)? = RTCPCompound.parse(wire).first else {
            Issue.record("it is a sender report")
            return
        }
        #expect(report.ssrc == SSRC(0x5566_7788) && report.ntpTimestamp.unixMilliseconds == 1500)
        #expect(report.packetCount == 0x1_0203 && report.octetCount == 0x2_0304)
        #expect(report.blocks.count == 1 && report.blocks[0].cumulativeLost == 0x607 && report.blocks[0].fractionLost == 5)
    }

    @Test("Reduced size: feedback alone is read")
    func reducedSize() {
        let alone = RTCPPacket.payloadFeedback(FeedbackPacket(format: 1, sender: SSRC(1), media: SSRC(2), information: []))
        #expect(RTCPCompound.parse(RTCPCompound.bytes(of: [alone])) == [alone])
    }

    @Test("Padding of the last packet is taken off")
    func padding() {
        #expect(
            RTCPCompound.parse(bytes("a0c90003 00000002 00000000 00000008"))
                == [.receiverReport(ReceiverReport(ssrc: SSRC(2)))])
        for wrong in ["a0c90001 00000000", "a0c90001 00000003", "a0c90001 0000000c", "a0c90000"] {
            #expect(RTCPCompound.parse(bytes(wrong)).isEmpty)
        }
    }

    @Test("What precedes a malformed packet is kept, what follows it is not")
    func malformedInTheMiddle() {
        let good = RTCPCompound.bytes(of: [Self.everything[1]])
        // A receiver report that claims a block it does not hold.
        let bad = bytes("81c90001 00000001")
        #expect(RTCPCompound.parse(good + bad + good) == [Self.everything[1]])
        #expect(RTCPCompound.parse(good + good.dropLast()) == [Self.everything[1]])
        #expect(RTCPCompound.parse(bytes("41c90001 00000001")).isEmpty)
        #expect(RTCPCompound.parse([]).isEmpty)
    }

    @Test("Lost counts keep their sign in twenty-four bits, and stop at its ends")
    func cumulativeLost() {
        for (lost, read): (Int32, Int32) in [
            (-1, -1), (-0x80_0000, -0x80_0000), (0x7F_FFFF, 0x7F_FFFF), (.max, 0x7F_FFFF), (.min, -0x80_0000),
        ] {
            var block = Self.block
            block.cumulativeLost = lost
            let parsed = RTCPCompound.parse(RTCPCompound.bytes(of: [.receiverReport(ReceiverReport(ssrc: SSRC(1), blocks: [block]))]))
            block.cumulativeLost = read
            #expect(parsed == [.receiverReport(ReceiverReport(ssrc: SSRC(1), blocks: [block]))])
        }
    }

    @Test("Any bytes are parsed or refused, and what is parsed can be written and read again")
    func hostile() {
        var random = RandomSource(seed: 3551)
        for round in 0..<20_000 {
            var wire = random.bytes(Int.random(in: 0...100, using: &random))
            if round % 2 == 0 {
                // Changes to what was right.
                wire = RTCPCompound.bytes(of: [Self.everything[round / 2 % Self.everything.count]])
                for _ in 0..<3 { wire[Int.random(in: 0..<wire.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            } else if wire.count >= 4 {
                wire[0] = wire[0] & 0x3F | 0x80
                wire[1] = 200 + wire[1] % 9
                wire[2] = 0
                wire[3] = wire[3] % UInt8(wire.count / 4)
            }
            let packets = RTCPCompound.parse(wire)
            // Text that is no UTF-8 is mended in reading, so that only what was read twice must be equal.
            let again = RTCPCompound.parse(RTCPCompound.bytes(of: packets))
            #expect(again.count == packets.count)
        }
    }
}
