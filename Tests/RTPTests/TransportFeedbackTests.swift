import Primitives
import RTP
import Testing

@Suite struct TransportFeedbackTests {
    private func information(_ first: UInt16, _ steps: [Int16?]) -> [UInt8] {
        TransportFeedback(first: first, count: 5, reference: 2, steps: steps).packet(sender: SSRC(1), media: SSRC(2)).information
    }

    private func parse(_ information: [UInt8], format: UInt8 = 15) -> TransportFeedback? {
        TransportFeedback(parsing: FeedbackPacket(format: format, sender: SSRC(1), media: SSRC(2), information: information))
    }

    @Test("Runs and vectors are written as §3.1.3 and §3.1.4 draw them")
    func written() {
        // Two bits each: near, missing, far.
        #expect(information(1, [4, nil, 0x120]) == bytes("0001 0003 000002 05 d200 04 0120 000000"))
        // One bit each.
        #expect(information(0xFFFF, [0, nil, 255]) == bytes("ffff 0003 000002 05 a800 00 ff"))
        // Runs, of what came and of what did not.
        #expect(information(7, Array(repeating: 80, count: 20)).prefix(10) == bytes("0007 0014 000002 05 2014")[...])
        #expect(information(7, [nil, nil]) == bytes("0007 0002 000002 05 0002 0000"))
        // Back in time takes two bytes.
        #expect(information(7, [-1]) == bytes("0007 0001 000002 05 4001 ffff"))
    }

    @Test("What was written reads as what it was", arguments: 0..<200)
    func roundTrip(seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let steps: [Int16?] = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            switch Int.random(in: 0...(seed % 7), using: &random) {
            case 0: Int16.random(in: 0...255, using: &random)
            case 1: nil
            case 2: Int16.random(in: .min ... .max, using: &random)
            case _: 80
            }
        }
        let feedback = TransportFeedback(
            first: UInt16.random(in: .min ... .max, using: &random), count: UInt8(seed), reference: Int32(-seed) << 8, steps: steps)
        #expect(TransportFeedback(parsing: feedback.packet(sender: SSRC(1), media: SSRC(2))) == feedback)
        let wire = RTCPCompound.bytes(of: [.transportFeedback(feedback.packet(sender: SSRC(1), media: SSRC(2)))])
        guard case .transportFeedback(let packet)? = RTCPCompound.parse(wire).first else {
            Issue.record("it is feedback on a transport")
            return
        }
        #expect(TransportFeedback(parsing: packet) == feedback)
    }

    @Test("Arrivals are told in steps of 250 µs from a multiple of 64 ms; one too far off ends the list")
    func arrivals() {
        let origin = Instant.zero + .milliseconds(64 * 10)
        let feedback = TransportFeedback(
            first: 9, count: 0, arrivals: [nil, origin + .milliseconds(1), origin + .microseconds(1_600), nil, origin, origin + .seconds(9)])
        #expect(feedback.reference == 10)
        #expect(feedback.steps == [nil, 4, 2, nil, -6])
    }

    @Test(
        "What lies about itself is no feedback",
        arguments: [
            // Nothing, a head without statuses, of no packets.
            "", "0001 0003 000002 05", "0001 0000 000002 05 0000",
            // Steps that are not there.
            "0001 0003 000002 05 2003 0102", "0001 0001 000002 05 4001 01",
            // The reserved status; in a vector too.
            "0001 0001 000002 05 6001 0000", "0001 0002 000002 05 f000 0000",
            // A run of none, again and again.
            "0001 0003 000002 05 0000 0000 0000 0000",
            // 65 535 packets of nine chunks.
            "0001 ffff 000002 05 1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff",
        ])
    func lies(text: String) { #expect(parse(bytes(text)) == nil) }

    @Test("Chunks that go on beyond the last packet, and other feedback")
    func edges() {
        #expect(parse(bytes("0001 0002 000002 05 3fff 01 02"))?.steps == [1, 2])
        #expect(parse(bytes("0001 0002 000002 05 3fff 01 02"), format: 1) == nil)
        #expect(parse(bytes("0001 0001 ffffff 05 2001 01"))?.reference == -1)
    }

    @Test("libwebrtc's padding, which is counted in bytes, is taken off")
    func padding() {
        let wire = bytes("afcd0006 00000001 00000002 0001 0003 000002 05 d200 04 0120 0000 03")
        guard case .transportFeedback(let packet)? = RTCPCompound.parse(wire).first else {
            Issue.record("it is feedback on a transport")
            return
        }
        #expect(TransportFeedback(parsing: packet)?.steps == [4, nil, 0x120])
    }

    @Test("Any bytes are parsed or refused, and what is parsed is told again in the same words")
    func hostile() {
        var random = RandomSource(seed: 1)
        for round in 0..<20_000 {
            var wire = random.bytes(Int.random(in: 0...80, using: &random))
            if round % 2 == 0, wire.count > 4 {
                wire[2] = 0
                wire[3] %= 100
            }
            guard let feedback = parse(wire) else { continue }
            #expect((1...TransportFeedback.mostPackets).contains(feedback.steps.count))
            #expect(TransportFeedback(parsing: feedback.packet(sender: SSRC(1), media: SSRC(2))) == feedback)
        }
    }
}
