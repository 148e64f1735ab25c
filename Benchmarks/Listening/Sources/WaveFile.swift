import Foundation

/// One channel of 16 bits at 48 kHz.
enum WaveFile {
    static func read(_ path: String) throws -> [Float] {
        try Data(contentsOf: URL(fileURLWithPath: path)).dropFirst(44).withUnsafeBytes { raw in
            (0..<raw.count / 2).map { Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self))) / 32_768 }
        }
    }

    static func write(_ samples: [Float], to path: String) throws {
        var data = Data()
        func number<Number: FixedWidthInteger>(_ value: Number) { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
        data.append(contentsOf: Array("RIFF".utf8))
        number(UInt32(36 + samples.count * 2))
        data.append(contentsOf: Array("WAVEfmt ".utf8))
        number(UInt32(16))
        number(UInt16(1))
        number(UInt16(1))
        number(UInt32(48_000))
        number(UInt32(96_000))
        number(UInt16(2))
        number(UInt16(16))
        data.append(contentsOf: Array("data".utf8))
        number(UInt32(samples.count * 2))
        for sample in samples { number(Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))) }
        try data.write(to: URL(fileURLWithPath: path))
    }
}
