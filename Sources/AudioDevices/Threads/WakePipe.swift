import Glibc
import Primitives

/// A pipe by which one thread wakes another: signalling never waits, and several signals before the other looks are as good as one.
///
/// Only two integers that are set once: any thread may use it.
final class WakePipe: Sendable {
    /// Readable when signalled; for `poll` or an event loop.
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws(AudioDeviceError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw AudioDeviceError(.notReadable, "no pipe for the audio threads: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Makes the pipe readable. A full pipe is readable already, so that a failure does not matter.
    func signal() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Takes what was signalled.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    /// Waits until it is signalled, at most so long (`nil`: for ever), and takes the signal.
    func wait(atMost timeout: Duration?) {
        var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        let milliseconds = timeout.map { Int32(clamping: max(0, $0.wholeMilliseconds)) } ?? -1
        if poll(&entry, 1, milliseconds) > 0 { drain() }
    }
}
