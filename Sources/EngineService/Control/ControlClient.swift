import Glibc
import JSONCoding

/// Talks to the control socket of this user's engine. Blocks for at most five seconds.
package enum ControlClient {
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// Errors: no engine runs, or what answers is none.
    package static func perform(_ command: EngineCommand, at path: String) throws(Problem) -> EngineReport {
        let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { throw Problem(description: String(cString: strerror(errno))) }
        defer { close(handle) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard var address = sockaddr_un(path: path) else { throw Problem(description: "\(path): the name is too long for a socket") }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(handle, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 }
        }
        guard isConnected else { throw Problem(description: "no engine runs for this user (\(path): \(String(cString: strerror(errno))))") }
        let word = Array((command.rawValue + "\n").utf8)
        guard send(handle, word, word.count, Int32(MSG_NOSIGNAL)) == word.count else {
            throw Problem(description: "the engine does not listen: \(String(cString: strerror(errno)))")
        }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while text.count < 16 << 20 {
            let count = recv(handle, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            text += chunk[..<count]
        }
        guard let report: EngineReport = try? JSONText.parse(text).decode() else {
            throw Problem(description: "the engine's answer cannot be read; is it of another version?")
        }
        return report
    }
}

extension sockaddr_un {
    /// `nil` for a path that has no place in an address (unix(7)).
    fileprivate init?(path: String) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let isTaken = withUnsafeMutableBytes(of: &sun_path) { place in
            guard bytes.count < place.count else { return false }
            place.copyBytes(from: bytes)
            return true
        }
        if !isTaken { return nil }
    }
}
