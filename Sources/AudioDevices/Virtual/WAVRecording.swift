import Glibc

/// A WAV file that grows: 16 bits, one channel. The header is right after every `append`, so that the file is sound even when the
/// process is killed.
///
/// Blocks (it writes to a disk): not for the audio thread. One owner.
final class WAVRecording {
    private static let headerSize = 44
    /// A RIFF size has 32 bits: at 48 kHz some twelve hours.
    private static let largestDataSize = Int(UInt32.max) - headerSize

    private let descriptor: Int32
    private let path: String
    private let sampleRate: Int
    private var dataSize = 0

    /// Creates the file, or empties it.
    init(path: String, sampleRate: Int) throws(WAVError) {
        self.path = path
        self.sampleRate = sampleRate
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WAVError(String(cString: strerror(errno))) }
        try writeHeader()
    }

    deinit { close(descriptor) }

    /// Appends samples, −1…1; what exceeds full scale is clipped.
    func append(_ samples: UnsafeBufferPointer<Float>) throws(WAVError) {
        guard dataSize + samples.count * 2 <= Self.largestDataSize else { throw WAVError("a WAV file holds no more than 4 GB") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples.count * 2)
        for sample in samples {
            let value = Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
            bytes.append(UInt8(truncatingIfNeeded: value))
            bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        try write(bytes, at: Self.headerSize + dataSize)
        dataSize += bytes.count
        try writeHeader()
    }

    private func writeHeader() throws(WAVError) {
        var header: [UInt8] = []
        func append(_ text: String) { header += Array(text.utf8) }
        func append(_ value: Int, byteCount: Int) {
            for index in 0..<byteCount { header.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        append("RIFF")
        append(Self.headerSize - 8 + dataSize, byteCount: 4)
        append("WAVEfmt ")
        append(16, byteCount: 4)
        append(1, byteCount: 2)  // PCM
        append(1, byteCount: 2)  // one channel
        append(sampleRate, byteCount: 4)
        append(sampleRate * 2, byteCount: 4)
        append(2, byteCount: 2)  // bytes a frame
        append(16, byteCount: 2)  // bits a sample
        append("data")
        append(dataSize, byteCount: 4)
        try write(header, at: 0)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(WAVError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw WAVError(String(cString: strerror(errno))) }
            done += count
        }
    }
}
