import Primitives
import SpeechFixtures
import Testing

@testable import AudioCodecs

@Suite struct OpusTests {
    private static let frame = 960
    private let speech: [Float]

    init() throws { speech = Array(try Speech.samples()[48_000..<48_000 * 6]) }

    private func settings(_ change: (inout OpusEncoder.Settings) -> Void) -> OpusEncoder.Settings {
        var settings = OpusEncoder.Settings()
        change(&settings)
        return settings
    }

    private func packets(
        _ samples: [Float], frame: Int = frame, with encoder: any SpeechEncoder = OpusEncoder()
    ) -> [[UInt8]] {
        (0..<samples.count / frame).map { index in
            [UInt8](unsafeUninitializedCapacity: 1500) { bytes, count in
                samples[index * frame..<(index + 1) * frame].withUnsafeBufferPointer { count = encoder.encode($0, into: bytes) }
            }
        }
    }

    private func decode(_ packet: [UInt8], with decoder: OpusDecoder) -> [Float]? {
        var samples = [Float](repeating: .nan, count: OpusDecoder.mostSamples)
        let count = packet.withUnsafeBytes { bytes in samples.withUnsafeMutableBufferPointer { decoder.decode(bytes, into: $0) } }
        return count.map { Array(samples[..<$0]) }
    }

    private func kilobits(_ packets: [[UInt8]], frame: Int = frame) -> Double {
        Double(packets.map(\.count).reduce(0, +)) * 8 * 48 / Double(packets.count * frame)
    }

    @Test("Speech comes back like itself", arguments: [480, 960, 1_920, 2_880])
    func roundTrip(frame: Int) {
        let decoder = OpusDecoder()
        let heard = packets(speech, frame: frame).flatMap { decode($0, with: decoder) ?? [] }
        #expect(heard.count == speech.count / frame * frame)
        let found = Speech.likeness(speech[48_000..<96_000], heard, lags: 0..<1_000)
        // A high-pass turns the phases of the deepest tones.
        #expect(found.correlation > 0.8)
        // RFC 6716 §2: 2.5 ms of look-ahead and 4 ms in which layers meet.
        #expect((288...336).contains(found.lag))
    }

    @Test("A packet says how long it is, and none of 120 ms or more than that, or of nonsense, is taken for one that can be played")
    func lengths() {
        let decoder = OpusDecoder()
        func count(_ bytes: [UInt8]) -> Int? { bytes.withUnsafeBytes { decoder.sampleCount(of: $0) } }
        #expect(count([]) == nil)
        #expect(count([9 << 3, 0]) == 960)
        #expect(count([8 << 3, 0]) == 480)
        #expect(count([11 << 3 | 1, 0]) == 5_760)
        #expect(count([11 << 3 | 3, 3, 0]) == nil, "180 ms")
        #expect(count([9 << 3 | 3]) == nil, "no count of frames")
        #expect(count([16 << 3, 0]) == 120)
    }

    @Test("What one packet tells of the one before it sounds like that, and better than what is made up")
    func redundancy() throws {
        let encoder = OpusEncoder(settings: settings { $0.expectedLoss = 0.2 })
        let all = packets(speech, with: encoder)
        let straight = OpusDecoder()
        let whole = all.map { decode($0, with: straight) ?? [] }
        var recovered: [Float] = []
        var madeUp: [Float] = []
        var original: [Float] = []
        var skipped: Set<Int> = []
        for (lossy, isRecovered) in [(OpusDecoder(), true), (OpusDecoder(), false)] {
            for (index, packet) in all.enumerated() {
                // Every seventh packet is lost; the next one tells of it.
                guard index % 7 == 6, index + 1 < all.count, !skipped.contains(index), Speech.meanSquare(whole[index]) > 1e-4 else {
                    _ = decode(packet, with: lossy)
                    continue
                }
                var samples = [Float](repeating: 0, count: 960)
                if isRecovered {
                    let told = all[index + 1].withUnsafeBytes { lossy.redundantSampleCount(of: $0) }
                    // The end of a word may not be worth repeating.
                    guard told > 0 else {
                        skipped.insert(index)
                        continue
                    }
                    #expect(told == 960)
                    let count = all[index + 1].withUnsafeBytes { bytes in
                        samples.withUnsafeMutableBufferPointer { lossy.decodeRedundancy(in: bytes, into: $0) }
                    }
                    #expect(count == 960)
                    recovered += samples
                    original += whole[index]
                } else {
                    #expect(samples.withUnsafeMutableBufferPointer { lossy.conceal(into: $0) })
                    madeUp += samples
                }
            }
        }
        #expect(original.count > 10 * 960)
        let byRedundancy = Speech.likeness(original[...], recovered, lags: 0..<1).correlation
        let byInvention = Speech.likeness(original[...], madeUp, lags: 0..<1).correlation
        #expect(byRedundancy > 0.7)
        #expect(byRedundancy > byInvention + 0.1)
    }

    @Test("No redundancy is spent where none is asked for, or nothing is lost")
    func noRedundancy() {
        let decoder = OpusDecoder()
        for settings in [settings { $0.usesFEC = false; $0.expectedLoss = 0.2 }, settings { $0.expectedLoss = 0 }] {
            let all = packets(speech, with: OpusEncoder(settings: settings))
            #expect(all.allSatisfy { $0.withUnsafeBytes { decoder.redundantSampleCount(of: $0) } == 0 })
        }
    }

    @Test("Bitrate and loss follow the receiver's reports while the call goes on")
    func adapting() {
        let decoder = OpusDecoder()
        let encoder = OpusEncoder()
        let rich = packets(speech, with: encoder)
        encoder.adapt(bitrate: 12_000, expectedLoss: 0)
        let poor = packets(speech, with: encoder)
        encoder.adapt(bitrate: 32_000, expectedLoss: 0.15)
        let careful = packets(speech, with: encoder)
        #expect((24...36).contains(kilobits(rich)))
        #expect((8...14).contains(kilobits(poor)))
        let telling = careful.filter { $0.withUnsafeBytes { decoder.redundantSampleCount(of: $0) } > 0 }
        #expect(telling.count > careful.count / 4)
        encoder.adapt(bitrate: 0, expectedLoss: 7)
        #expect(packets(speech, with: encoder).allSatisfy { $0.count > 0 }, "nonsense is brought into range")
    }

    @Test("RFC 7587 §6.1: `cbr` makes packets of one size, `maxplaybackrate` bounds the bandwidth")
    func formatParameters() {
        let constant = packets(speech, with: OpusEncoder(settings: settings { $0.isConstantBitrate = true }))
        #expect(Set(constant.map(\.count)) == [80])
        let narrow = packets(speech, with: OpusEncoder(settings: settings { $0.maximumPlaybackRate = 8_000 }))
        // RFC 6716 §3.1: 0…3 and 16…19 are narrowband.
        #expect(narrow.allSatisfy { [0, 1, 2, 3, 16, 17, 18, 19].contains($0[0] >> 3) })
    }

    @Test("In a pause nothing is sent but the packet that tells of it; the next word is whole")
    func discontinuous() {
        let encoder = OpusEncoder(settings: settings { $0.usesDTX = true })
        let decoder = OpusDecoder()
        let pause = [Float](repeating: 0, count: 48_000 * 2)
        let spoken = packets(Array(speech[..<96_000]), with: encoder)
        let silent = packets(pause, with: encoder)
        let again = packets(Array(speech[..<96_000]), with: encoder)
        #expect(spoken.filter(\.isEmpty).count < spoken.count / 4)
        #expect(silent.filter(\.isEmpty).count > silent.count * 3 / 4)
        // Those that are neither full nor absent announce.
        let announcing = silent.filter { $0.withUnsafeBytes { decoder.announcesPause($0) } }
        #expect(!announcing.isEmpty)
        #expect(again.filter { $0.count > 2 }.count > again.count * 3 / 4)
    }

    @Test("What is made up goes on from what was heard, and dies away")
    func concealment() {
        let decoder = OpusDecoder()
        for packet in packets(speech).prefix(60) { _ = decode(packet, with: decoder) }
        var made: [[Float]] = []
        for _ in 0..<40 {
            var samples = [Float](repeating: .nan, count: 480)
            #expect(samples.withUnsafeMutableBufferPointer { decoder.conceal(into: $0) })
            made.append(samples)
        }
        #expect(made.joined().allSatisfy { abs($0) <= 1 })
        #expect(Speech.meanSquare(made[39]) < 0.1 * Speech.meanSquare(made[0]) + 1e-6)
        var uneven = [Float](repeating: 0, count: 100)
        #expect(!uneven.withUnsafeMutableBufferPointer { decoder.conceal(into: $0) }, "the library makes up whole pieces of 2.5 ms")
    }

    @Test("Bytes of any kind decode to samples within full scale, or to nothing")
    func hostile() {
        var random = RandomSource(seed: 7)
        let decoder = OpusDecoder()
        for _ in 0..<3_000 {
            let packet = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let announced = packet.withUnsafeBytes { decoder.sampleCount(of: $0) }
            _ = packet.withUnsafeBytes { decoder.redundantSampleCount(of: $0) }
            if let samples = decode(packet, with: decoder) {
                #expect(samples.count == announced)
                #expect(samples.allSatisfy { abs($0) <= 1 })
            }
        }
    }
}
