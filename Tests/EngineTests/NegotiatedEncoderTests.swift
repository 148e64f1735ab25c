import AudioCodecs
import AudioPipeline
import Glibc
import JSEP
import Testing

@testable import Engine

/// What the other side asks of our encoder (RFC 7587 §6.1, RFC 8866 §6.4) is what comes out of it.
@Suite struct NegotiatedEncoderTests {
    private func opus(_ parameters: [String: String] = [:]) -> PlannedCodec {
        PlannedCodec(payloadType: 111, name: "opus", clockRate: 48_000, channels: 2, parameters: parameters)
    }

    private func negotiated(
        _ codec: PlannedCodec, packetTime: Int? = nil, maximumPacketTime: Int? = nil, bandwidth: Int? = nil, maximum: Int? = nil
    ) -> (encoder: NegotiatedEncoder, bitrate: Int) {
        let bitrate = NegotiatedEncoder.bitrate(codec, bandwidth: bandwidth, maximum: maximum)
        let encoder = NegotiatedEncoder(
            codec, redundancy: nil, comfortNoise: nil, packetTime: packetTime, maximumPacketTime: maximumPacketTime, bitrate: bitrate)
        return (encoder, bitrate)
    }

    /// Three seconds of a voice that hums, and three of silence, as payloads.
    private func payloads(_ negotiated: (encoder: NegotiatedEncoder, bitrate: Int)) throws -> [[UInt8]] {
        let encoder = try #require(negotiated.encoder.make(bitrate: negotiated.bitrate))
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: SendEncoder.largestPayload, alignment: 16)
        defer { room.deallocate() }
        var payloads: [[UInt8]] = []
        for start in stride(from: 0, to: 6 * 48_000, by: encoder.sampleCount) {
            let samples = (start..<start + encoder.sampleCount).map { index -> Float in
                guard index < 3 * 48_000 else { return 0 }
                let time = Float(index) / 48_000
                let pitch = 120 + 20 * sin(3 * time)
                return (1...30).reduce(0) { $0 + 0.05 / Float($1) * sin(2 * .pi * pitch * Float($1) * time) }
            }
            let made = samples.withUnsafeBufferPointer { encoder.encode($0, timestamp: UInt32(start), into: room) }
            payloads.append(made.map { Array(room[..<$0.count]) } ?? [])
        }
        return payloads
    }

    private func kilobits(_ payloads: [[UInt8]]) -> Double { Double(payloads.prefix(payloads.count / 2).reduce(0) { $0 + $1.count } * 8) / 3_000 }

    @Test("`ptime`, `maxptime` and `minptime` decide how much is in a packet; what we do not make is rounded")
    func packetTime() {
        let cases: [(PlannedCodec, Int?, Int?, Int)] = [
            (opus(), nil, nil, 20), (opus(), 10, nil, 10), (opus(), 60, nil, 60), (opus(), 55, nil, 60), (opus(), 120, nil, 60),
            (opus(["ptime": "40"]), nil, nil, 40), (opus(), 60, 40, 40), (opus(), nil, 10, 10), (opus(["maxptime": "10"]), nil, nil, 10),
            (opus(["minptime": "20"]), 10, nil, 20), (opus(["minptime": "500"]), nil, 3, 20),
            (PlannedCodec(payloadType: 0, name: "PCMU", clockRate: 8_000, channels: 1, parameters: [:]), 40, nil, 40),
        ]
        for (codec, wanted, most, milliseconds) in cases {
            #expect(negotiated(codec, packetTime: wanted, maximumPacketTime: most).encoder.milliseconds == milliseconds)
        }
    }

    @Test("a thin path gets longer packets, of which fewer headers go over it, unless the other side has said how long they are")
    func thin() {
        #expect(negotiated(opus(), bandwidth: 24_000).encoder.milliseconds == 20)
        #expect(negotiated(opus(), bandwidth: 16_000).encoder.milliseconds == 40)
        #expect(negotiated(opus(), maximum: 10_000).encoder.milliseconds == 60)
        #expect(negotiated(opus(), packetTime: 20, maximum: 10_000).encoder.milliseconds == 20)
        #expect(negotiated(opus(), maximumPacketTime: 20, maximum: 10_000).encoder.milliseconds == 20)
    }

    @Test("`maxaveragebitrate`, `b=` and the page's `maxBitrate` are kept, the least of them")
    func bitrate() throws {
        #expect(try (24...38).contains(kilobits(payloads(negotiated(opus())))))
        #expect(try kilobits(payloads(negotiated(opus(["maxaveragebitrate": "20000"])))) < 23)
        #expect(try kilobits(payloads(negotiated(opus(), bandwidth: 20_000))) < 23)
        #expect(try kilobits(payloads(negotiated(opus(["maxaveragebitrate": "60000"]), maximum: 20_000))) < 23)
        #expect(try kilobits(payloads(negotiated(opus(["maxaveragebitrate": "60000"])))) > 45)
    }

    @Test("`maxplaybackrate` bounds the band, `cbr` the sizes, `usedtx` leaves silence out; `stereo` is not ours to give")
    func parameters() throws {
        // RFC 6716 §3.1: the configurations of narrowband, and the bit of a second channel.
        let narrow = try payloads(negotiated(opus(["maxplaybackrate": "8000"])))
        #expect(narrow.allSatisfy { [0, 1, 2, 3, 16, 17, 18, 19].contains($0[0] >> 3) })
        #expect(try payloads(negotiated(opus(["stereo": "1"]))).allSatisfy { $0[0] & 4 == 0 })
        #expect(Set(try payloads(negotiated(opus(["cbr": "1"]))).map(\.count)) == [80])
        let half = 150
        #expect(try payloads(negotiated(opus())).dropFirst(half).allSatisfy { !$0.isEmpty })
        #expect(try payloads(negotiated(opus(["usedtx": "1"]))).dropFirst(half).filter(\.isEmpty).count > 100)
    }
}
