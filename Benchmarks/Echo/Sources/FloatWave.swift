import Glibc

/// WAV files of one channel, 48 kHz, 32-bit float, as the scene maker writes and reads them.
enum FloatWave {
    /// - Returns: the samples, or `nil` where the file is missing or of another kind.
    static func read(_ path: String) -> [Float]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes.withUnsafeBytes { raw in
            func word(_ offset: Int) -> UInt32 { UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
            func half(_ offset: Int) -> UInt16 { UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
            guard raw.count > 12, word(0) == 0x4646_4952, word(8) == 0x4556_4157 else { return nil }
            var offset = 12
            var isSuitable = false
            while offset + 8 <= raw.count {
                let size = Int(word(offset + 4))
                let body = offset + 8
                guard body + size <= raw.count else { return nil }
                if word(offset) == 0x2074_6d66, size >= 16 {
                    isSuitable = half(body) == 3 && half(body + 2) == 1 && word(body + 4) == 48_000 && half(body + 14) == 32
                } else if word(offset) == 0x6174_6164 {
                    guard isSuitable else { return nil }
                    return (0..<size / 4).map { Float(bitPattern: word(body + $0 * 4)) }
                }
                offset = body + size + size % 2
            }
            return nil
        }
    }

    static func write(_ samples: [Float], to path: String) -> Bool {
        guard let file = fopen(path, "wb") else { return false }
        defer { fclose(file) }
        let size = UInt32(samples.count * 4)
        let header: [UInt32] = [
            0x4646_4952, 36 + size, 0x4556_4157, 0x2074_6d66, 16, 1 << 16 | 3, 48_000, 192_000, 32 << 16 | 4, 0x6174_6164, size,
        ]
        guard header.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == 44 else { return false }
        return samples.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) } == samples.count * 4
    }
}
