import Glibc

import Primitives
import Synchronization

/// Keeps what the channel server has refused, for this process and for those after it: a browser starts its host anew for every page that asks.
///
/// The file is in the user's runtime folder, which lasts as long as the login. Where it cannot be written this process alone remembers.
final class RefusalMemory: Sendable {
    private let path: String
    private let refusals: Mutex<Refusals>

    init(path: String) {
        self.path = path
        refusals = Mutex(Refusals(line: Self.read(path), at: Self.now))
    }

    /// How long `connection` shall not be asked about.
    func pause(for connection: String) -> Duration? { refusals.withLock { $0.pause(for: connection, at: Self.now) } }

    func noteRefusal(for connection: String) {
        let line = refusals.withLock { refusals in
            refusals.note(connection, at: Self.now)
            return refusals.line
        }
        write(line)
    }

    func forget() {
        refusals.withLock { $0 = Refusals() }
        unlink(path)
    }

    /// `$XDG_RUNTIME_DIR/nearend/refusals-NAME`.
    static func standardPath(for socket: String) -> String {
        let folder = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/run/user/\(geteuid())"
        return "\(folder)/nearend/refusals-\(socket.split(separator: "/").last ?? "channel")"
    }

    /// A clock that all processes share until the machine starts anew; it counts the time asleep.
    private static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func write(_ line: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        mkdir(folder, 0o700)
        // A process that reads meanwhile finds the old line or the new one.
        let fresh = "\(path).\(getpid())"
        let handle = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard handle >= 0 else { return }
        let written = Array(line.utf8).withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
        close(handle)
        if written == line.utf8.count { rename(fresh, path) } else { unlink(fresh) }
    }
}
