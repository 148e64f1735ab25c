import Glibc
import Primitives
import SpeechFixtures
import Testing

@testable import AudioCodecs

/// RFC 3389.
@Suite struct SilenceTests {
    private func parse(_ bytes: [UInt8]) -> SilenceDescriptor? { bytes.withUnsafeBytes { SilenceDescriptor(parsing: $0) } }

    private func write(_ descriptor: SilenceDescriptor) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SilenceDescriptor.mostBytes)
        let count = bytes.withUnsafeMutableBufferPointer { descriptor.write(into: $0) }
        return Array(bytes[..<count])
    }

    @Test("§3.1: the level is the low seven bits, §3.2: a coefficient of N is 258 (N − 127) / 32768")
    func parsing() throws {
        let descriptor = try #require(parse([0x80 | 62, 0, 127, 254, 100]))
        #expect(descriptor.level == 62)
        #expect(descriptor.order == 4)
        #expect(descriptor[0] == -258 * 127 / 32_768.0)
        #expect(descriptor[1] == 0)
        #expect(descriptor[2] == 258 * 127 / 32_768.0)
        #expect(descriptor[3] == -258 * 27 / 32_768.0)
        #expect(write(descriptor) == [62, 0, 127, 254, 100])
    }

    @Test("a level alone is enough, nothing is too little; 255 means no coefficient and orders beyond twelve are left out")
    func edges() throws {
        #expect(try #require(parse([40])).order == 0)
        #expect(parse([]) == nil)
        #expect(try #require(parse([40, 255]))[0] < 1)
        #expect(try #require(parse([40] + [UInt8](repeating: 130, count: 30))).order == SilenceDescriptor.mostOrder)
    }

    private func noise(_ bytes: [UInt8], seconds: Int = 4) throws -> [Float] {
        let decoder = SilenceDecoder()
        decoder.describe(try #require(parse(bytes)))
        var samples = [Float](repeating: 0, count: seconds * 48_000)
        samples.withUnsafeMutableBufferPointer { decoder.generate(into: $0) }
        return samples
    }

    @Test("the noise is as loud as was said, whatever its spectrum", arguments: [[30], [55], [40, 20], [40, 160], [45, 60, 180, 100, 140]] as [[UInt8]])
    func level(bytes: [UInt8]) throws {
        let decibels = 10 * log10(Double(Speech.meanSquare(try noise(bytes))))
        #expect(abs(decibels + Double(bytes[0])) < 1)
    }

    @Test("the noise has the spectrum of the all-pole model: of the first order its neighbours correlate by −k")
    func spectrum() throws {
        for byte: UInt8 in [40, 100, 160, 220] {
            // Samples of 8 kHz, six apart.
            let samples = try noise([30, byte])
            var (product, energy): (Float, Float) = (0, 0)
            for index in stride(from: 6, to: samples.count, by: 6) {
                product += samples[index] * samples[index - 6]
                energy += samples[index] * samples[index]
            }
            #expect(abs(product / energy + 258 * (Float(byte) - 127) / 32_768) < 0.04)
        }
    }

    @Test("a change is gradual: half of the way every 10 ms")
    func change() throws {
        let decoder = SilenceDecoder()
        decoder.describe(SilenceDescriptor(level: 30))
        var samples = [Float](repeating: 0, count: 48_000)
        samples.withUnsafeMutableBufferPointer { decoder.generate(into: $0) }
        decoder.describe(SilenceDescriptor(level: 70))
        samples.withUnsafeMutableBufferPointer { decoder.generate(into: $0) }
        #expect(Speech.meanSquare(samples[480..<960]) > 1e-5)
        #expect(10 * log10(Double(Speech.meanSquare(samples[24_000...]))) < -68)
    }

    // MARK: Sending

    /// What is sent of samples at 48 kHz, a verdict for each 20 ms, and the descriptors.
    private func judge(_ samples: [Float], _ law: G711 = .muLaw) -> (verdicts: [SilenceEncoder.Verdict], descriptors: [SilenceDescriptor]) {
        let encoder = G711Encoder(law)
        let silence = SilenceEncoder(law)
        var packet = [UInt8](repeating: 0, count: 160)
        var target = [UInt8](repeating: 0, count: SilenceDescriptor.mostBytes)
        var verdicts: [SilenceEncoder.Verdict] = []
        var descriptors: [SilenceDescriptor] = []
        for start in stride(from: 0, through: samples.count - 960, by: 960) {
            samples[start..<start + 960].withUnsafeBufferPointer { frame in
                packet.withUnsafeMutableBufferPointer { _ = encoder.encode(frame, into: $0) }
            }
            let verdict = packet.withUnsafeBufferPointer { bytes in target.withUnsafeMutableBufferPointer { silence.judge(bytes, into: $0) } }
            verdicts.append(verdict)
            if case .descriptor(let count) = verdict, let descriptor = parse(Array(target[..<count])) { descriptors.append(descriptor) }
        }
        return (verdicts, descriptors)
    }

    private func white(_ meanSquare: Float, _ count: Int) -> [Float] {
        var random = RandomSource(seed: 3)
        let scale = (3 * meanSquare).squareRoot() / 2_147_483_648
        return (0..<count).map { _ in Float(Int32(truncatingIfNeeded: random.next())) * scale }
    }

    @Test("a pause begins 200 ms after the voice, is described at once and then each 200 ms, and ends with the first word", arguments: [G711.muLaw, .aLaw])
    func pauses(law: G711) {
        var samples = white(1e-6, 5 * 48_000)
        let voice = Speech.voice(140, 48_000)
        for index in 0..<48_000 { samples[48_000 + index] += voice[index] }
        let (verdicts, descriptors) = judge(samples, law)
        #expect(verdicts[50..<100].allSatisfy { $0 == .voice })
        #expect(verdicts[101..<110].allSatisfy { $0 == .voice })
        let pause = verdicts[112...]
        #expect(!pause.contains(.voice))
        #expect(pause.filter { $0 == .nothing }.count > 8 * pause.filter { $0 != .nothing }.count)
        #expect(descriptors.count >= 17 && descriptors.count <= 20)
    }

    @Test("what is described is the background: its level, and its spectrum as another decoder makes it again")
    func description() throws {
        // A room's noise: white through a first-order low-pass at 8 kHz, k = −0.7.
        var state: Float = 0
        var samples: [Float] = []
        for value in white(1e-5, 3 * 8_000) {
            state = 0.7 * state + value
            samples += Array(repeating: state, count: 6)
        }
        let descriptor = try #require(judge(samples).descriptors.last)
        let told = Double(Speech.meanSquare(samples))
        #expect(abs(Double(descriptor.level) + 10 * log10(told)) < 2)
        #expect(descriptor.order == 8)
        #expect(abs(descriptor[0] + 0.7) < 0.12)
        let again = judge(try noise(write(descriptor))).descriptors.last
        #expect(abs(try #require(again)[0] - descriptor[0]) < 0.1)
    }

    @Test("of real speech no loud moment is taken for a pause, and noise as loud as a voice is sent")
    func speech() throws {
        let samples = try Speech.samples()
        let verdicts = judge(samples).verdicts
        let loud = verdicts.indices.filter { Speech.meanSquare(samples[$0 * 960..<($0 + 1) * 960]) > 1e-4 }
        #expect(loud.count > 300)
        #expect(loud.allSatisfy { verdicts[$0] == .voice })
        #expect(judge(white(1e-2, 3 * 48_000)).verdicts.allSatisfy { $0 == .voice })
    }
}
