/// The sound in a WAV file: RIFF WAVE with PCM of 8, 16, 24 or 32 bits or 32-bit floats, mixed down to one channel.
///
/// Format: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (1991), and its WAVE_FORMAT_EXTENSIBLE of 2001.
///
/// Made from a file's bytes, of which it keeps the sound as it is: looking is quick, decoding a minute of it takes some milliseconds.
struct WAVAudio: Sendable {
    var sampleRate: Int { format.sampleRate }
    private let format: Format
    private let bytes: [UInt8]
    private let sound: Range<Int>

    /// One channel, −1…1. Decoded each time.
    var samples: [Float] { format.decode(bytes, in: sound) }

    /// Chunks come in any order and unknown ones are skipped; a `data` chunk that claims more than there is (a recorder was killed)
    /// ends with the file.
    init(parsing bytes: [UInt8]) throws(WAVError) {
        guard bytes.count >= 12, Self.tag(bytes, at: 0) == "RIFF", Self.tag(bytes, at: 8) == "WAVE" else {
            throw WAVError("it is not a RIFF WAVE file")
        }
        var format: Format?
        var position = 12
        while position + 8 <= bytes.count {
            let start = position + 8
            let size = Int(Self.integer(bytes, at: position + 4, byteCount: 4))
            let end = min(bytes.count, start + size)
            switch Self.tag(bytes, at: position) {
            case "fmt ":
                format = try Format(Array(bytes[start..<end]))
            case "data":
                guard let format else { throw WAVError("its sound comes before its format") }
                self.format = format
                self.bytes = bytes
                sound = start..<end
                return
            default:
                break
            }
            // Chunks are padded to an even length.
            position = start + size + (size & 1)
        }
        throw WAVError("it holds no sound")
    }

    private struct Format {
        enum Encoding { case unsigned8, signed16, signed24, signed32, float32 }
        let encoding: Encoding
        let channels: Int
        let sampleRate: Int
        let frameSize: Int

        init(_ bytes: [UInt8]) throws(WAVError) {
            guard bytes.count >= 16 else { throw WAVError("its format is cut short") }
            var tag = integer(bytes, at: 0, byteCount: 2)
            // WAVE_FORMAT_EXTENSIBLE: the real tag starts the sub-format's GUID.
            if tag == 0xFFFE, bytes.count >= 26 { tag = integer(bytes, at: 24, byteCount: 2) }
            channels = Int(integer(bytes, at: 2, byteCount: 2))
            sampleRate = Int(integer(bytes, at: 4, byteCount: 4))
            let bits = integer(bytes, at: 14, byteCount: 2)
            switch (tag, bits) {
            case (1, 8): encoding = .unsigned8
            case (1, 16): encoding = .signed16
            case (1, 24): encoding = .signed24
            case (1, 32): encoding = .signed32
            case (3, 32): encoding = .float32
            default: throw WAVError("its encoding (format \(tag), \(bits) bits) is not PCM or 32-bit float")
            }
            guard (1...64).contains(channels) else { throw WAVError("it has \(channels) channels") }
            guard (1000...768_000).contains(sampleRate) else { throw WAVError("its sample rate is \(sampleRate)") }
            frameSize = channels * Int(bits) / 8
        }

        func decode(_ bytes: [UInt8], in range: Range<Int>) -> [Float] {
            let width = frameSize / channels
            var mono: [Float] = []
            mono.reserveCapacity(range.count / frameSize)
            var position = range.lowerBound
            while position + frameSize <= range.upperBound {
                var sum: Float = 0
                for channel in 0..<channels { sum += sample(bytes, at: position + channel * width) }
                mono.append(sum / Float(channels))
                position += frameSize
            }
            return mono
        }

        private func sample(_ bytes: [UInt8], at index: Int) -> Float {
            switch encoding {
            case .unsigned8: (Float(bytes[index]) - 128) / 128
            case .signed16: Float(Int16(truncatingIfNeeded: integer(bytes, at: index, byteCount: 2))) / 32_768
            case .signed24: Float(Int32(truncatingIfNeeded: integer(bytes, at: index, byteCount: 3) << 8)) / 2_147_483_648
            case .signed32: Float(Int32(truncatingIfNeeded: integer(bytes, at: index, byteCount: 4))) / 2_147_483_648
            case .float32: finite(Float(bitPattern: integer(bytes, at: index, byteCount: 4)))
            }
        }

        private func finite(_ sample: Float) -> Float { sample.isFinite ? sample : 0 }
    }

    private static func tag(_ bytes: [UInt8], at index: Int) -> String {
        String(decoding: bytes[index..<index + 4], as: UTF8.self)
    }

    /// Little-endian.
    private static func integer(_ bytes: [UInt8], at index: Int, byteCount: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in (0..<byteCount).reversed() { value = value << 8 | UInt32(bytes[index + offset]) }
        return value
    }
}
