import Foundation
import Testing

@testable import AudioDevices

@Suite struct WAVTests {
    private func little(_ value: Int, _ byteCount: Int) -> [UInt8] { (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    private func chunk(_ tag: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
        Array(tag.utf8) + little(size ?? body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
    }

    private func file(
        format: Int = 1, channels: Int = 1, rate: Int = 48_000, bits: Int = 16, extra: [UInt8] = [], chunks: [UInt8]
    ) -> [UInt8] {
        let width = channels * bits / 8
        let description =
            little(format, 2) + little(channels, 2) + little(rate, 4) + little(rate * width, 4) + little(width, 2) + little(bits, 2)
        let body = Array("WAVE".utf8) + chunk("fmt ", description + extra) + chunks
        return Array("RIFF".utf8) + little(body.count, 4) + body
    }

    @Test("every encoding gives the same half and minus a half")
    func encodings() throws {
        let half = Float(0.5).bitPattern
        let minusHalf = Float(-0.5).bitPattern
        let files: [[UInt8]] = [
            file(bits: 8, chunks: chunk("data", [192, 64])),
            file(bits: 16, chunks: chunk("data", little(16_384, 2) + little(-16_384, 2))),
            file(bits: 24, chunks: chunk("data", little(4_194_304, 3) + little(-4_194_304, 3))),
            file(bits: 32, chunks: chunk("data", little(1_073_741_824, 4) + little(-1_073_741_824, 4))),
            file(format: 3, bits: 32, chunks: chunk("data", little(Int(half), 4) + little(Int(minusHalf), 4))),
            // WAVE_FORMAT_EXTENSIBLE, whose sub-format says PCM.
            file(
                format: 0xFFFE, bits: 16, extra: little(22, 2) + little(16, 2) + little(4, 4) + little(1, 2) + little(0, 14),
                chunks: chunk("data", little(16_384, 2) + little(-16_384, 2))),
        ]
        for bytes in files { #expect(try WAVAudio(parsing: bytes).samples == [0.5, -0.5]) }
    }

    @Test("channels are averaged, unknown chunks of odd length are skipped, and the rate is kept")
    func channels() throws {
        let bytes = file(
            channels: 2, rate: 44_100, chunks: chunk("LIST", [1, 2, 3]) + chunk("data", little(16_384, 2) + little(-32_768, 2)))
        let audio = try WAVAudio(parsing: bytes)
        #expect(audio.samples == [-0.25])
        #expect(audio.sampleRate == 44_100)
    }

    @Test("a data chunk that claims more than there is ends with the file, half a sample at its end is left out")
    func truncated() throws {
        let bytes = file(chunks: chunk("data", little(16_384, 2) + [7], size: 0xFFFF_FFFF))
        #expect(try WAVAudio(parsing: bytes).samples.first == 0.5)
    }

    @Test("what is no sound is refused with a sentence, byte by byte shorter too")
    func refused() throws {
        let good = file(chunks: chunk("data", little(1, 2)))
        for length in 0..<good.count - 2 {
            // Up to the data's header nothing is sound; from there on it is a file without samples.
            _ = try? WAVAudio(parsing: Array(good[0..<length]))
        }
        #expect(throws: WAVError("it is not a RIFF WAVE file")) { try WAVAudio(parsing: Array("hello".utf8)) }
        #expect(throws: WAVError("it holds no sound")) { try WAVAudio(parsing: file(chunks: [])) }
        #expect(throws: WAVError("it has 0 channels")) { try WAVAudio(parsing: file(channels: 0, chunks: chunk("data", [0, 0]))) }
        #expect(throws: WAVError("its encoding (format 2, 16 bits) is not PCM or 32-bit float")) {
            try WAVAudio(parsing: file(format: 2, chunks: chunk("data", [0, 0])))
        }
    }

    @Test("a recording is a sound file after every append, and keeps samples to 16 bits with the excess clipped")
    func recording() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nearend-\(UUID().uuidString).wav").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try WAVRecording(path: path, sampleRate: 48_000)
        #expect(try WAVAudio(parsing: FileBytes.read(path, atMost: 1000)).samples.isEmpty)
        try [Float](arrayLiteral: 0.5, -0.5).withUnsafeBufferPointer { try recording.append($0) }
        #expect(try WAVAudio(parsing: FileBytes.read(path, atMost: 1000)).samples == [0.5, -0.5])
        try [Float](arrayLiteral: 3, -3, .nan).withUnsafeBufferPointer { try recording.append($0) }
        let samples = try WAVAudio(parsing: FileBytes.read(path, atMost: 1000)).samples
        #expect(samples.prefix(4) == [0.5, -0.5, 32_767 / 32_768, -1])
        #expect(throws: WAVError("No such file or directory")) { try WAVRecording(path: "/nonexistent/y.wav", sampleRate: 1) }
    }
}
