import SpeechFixtures
import Testing

@testable import AudioCodecs

@Suite struct G711Tests {
    /// ITU-T G.711 table 2a: the decision value below each segment's end and the quantised value of its last interval, as the code word's
    /// magnitude counts from the loudest; in units of which 8159 is the greatest, so times four in sixteen bits.
    @Test(
        "µ-law: the code words of table 2a at the segments' ends",
        arguments: [
            (0x80, 8_031), (0x8F, 4_191), (0x9F, 2_079), (0xAF, 1_023), (0xBF, 495), (0xCF, 231), (0xDF, 99), (0xEF, 33), (0xFE, 2), (0xFF, 0),
        ] as [(UInt8, Int)])
    func muLawTable(word: UInt8, value: Int) {
        #expect(Int(G711.muLaw.decode(word)) == 4 * value)
        #expect(Int(G711.muLaw.decode(word & 0x7F)) == -4 * value)
    }

    /// ITU-T G.711 table 1a, in units of which 4096 is the greatest, so times eight in sixteen bits; even bits are inverted on the wire.
    @Test(
        "A-law: the code words of table 1a at the segments' ends",
        arguments: [
            (0xFF, 4_032), (0xF0, 2_112), (0xE0, 1_056), (0xD0, 528), (0xC0, 264), (0xB0, 132), (0xA0, 66), (0x80, 1),
        ] as [(UInt8, Int)])
    func aLawTable(word: UInt8, value: Int) {
        #expect(Int(G711.aLaw.decode(word ^ 0x55)) == 8 * value)
        #expect(Int(G711.aLaw.decode((word & 0x7F) ^ 0x55)) == -8 * value)
    }

    @Test("Every code word comes back; µ-law's negative zero as the positive one", arguments: [G711.muLaw, .aLaw])
    func words(law: G711) {
        for word in UInt8.min...UInt8.max {
            let again = law.encode(law.decode(word))
            #expect(again == word || law == .muLaw && word == 0x7F && again == 0xFF)
        }
    }

    @Test("Every sample is coded as the nearest value but for the ends of segments, where the next interval begins", arguments: [G711.muLaw, .aLaw])
    func nearest(law: G711) {
        let values = (UInt8.min...UInt8.max).map { Int(law.decode($0)) }
        for sample in stride(from: Int(Int16.min), through: Int(Int16.max), by: 41) {
            let coded = Int(law.decode(law.encode(Int16(sample))))
            let least = values.map { abs($0 - sample) }.min() ?? 0
            // An interval of the next segment is twice as wide: its half is the most that the table is off from the nearest.
            #expect(abs(coded - sample) <= max(2 * least, 16), "\(sample) as \(coded)")
        }
    }

    @Test("Loudness comes back within the law's distortion, and order is kept", arguments: [G711.muLaw, .aLaw])
    func monotonic(law: G711) {
        var last = Int.min
        for sample in Int(Int16.min)...Int(Int16.max) {
            let coded = Int(law.decode(law.encode(Int16(sample))))
            #expect(coded >= last)
            last = coded
        }
    }

    @Test("Speech comes back like itself through 8 kHz, every packet as long as it should be", arguments: [G711.muLaw, .aLaw])
    func roundTrip(law: G711) throws {
        let speech = Array(try Speech.samples()[48_000..<192_000])
        let encoder = G711Encoder(law)
        let decoder = G711Decoder(law)
        var heard: [Float] = []
        for start in stride(from: 0, through: speech.count - 960, by: 960) {
            var bytes = [UInt8](repeating: 0, count: 400)
            let count = speech[start..<start + 960].withUnsafeBufferPointer { samples in
                bytes.withUnsafeMutableBufferPointer { encoder.encode(samples, into: $0) }
            }
            #expect(count == 160)
            var samples = [Float](repeating: .nan, count: 960)
            let produced = bytes[..<count].withUnsafeBytes { packet in
                samples.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) }
            }
            #expect(produced == 960)
            heard += samples
        }
        let found = Speech.likeness(speech[24_000..<72_000], heard, lags: 0..<1_000)
        // What is above 4 kHz is gone.
        #expect(found.correlation > 0.9)
        // Filters of 40 and 24 samples at 8 kHz.
        #expect((344...424).contains(found.lag))
    }

    @Test("None but packets of up to 120 ms can be played")
    func lengths() {
        let decoder = G711Decoder(.muLaw)
        func count(_ bytes: Int) -> Int? { [UInt8](repeating: 0xFF, count: bytes).withUnsafeBytes { decoder.sampleCount(of: $0) } }
        #expect(count(0) == nil && count(1) == 6 && count(160) == 960 && count(960) == 5_760 && count(961) == nil)
    }
}
