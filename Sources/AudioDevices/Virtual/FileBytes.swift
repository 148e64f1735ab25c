import Glibc

/// Whole files, read at once. Blocks: not for the audio thread.
enum FileBytes {
    /// - Throws: what the system says, where the file cannot be read.
    static func read(_ path: String, atMost limit: Int) throws(WAVError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WAVError(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        var bytes: [UInt8] = []
        if fstat(descriptor, &status) == 0 { bytes.reserveCapacity(min(limit, max(0, status.st_size))) }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WAVError(String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw WAVError("it is larger than \(limit >> 20) MB") }
            bytes += block[0..<count]
        }
    }
}
