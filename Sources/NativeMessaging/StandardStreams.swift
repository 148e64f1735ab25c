import Glibc

/// The pipes that the browser gave us, taken away from standard input and output.
///
/// A library that prints, or a stray `print`, would break the framing for good. So the pipes get numbers that nobody else knows, standard
/// output leads where standard error does, and standard input is empty.
package struct StandardStreams: Sendable {
    /// Reads what the browser writes. Closed on exec, as is the other.
    package let input: CInt
    /// Writes what the browser reads.
    package let output: CInt

    package init(input: CInt, output: CInt) {
        self.input = input
        self.output = output
    }

    /// Takes the pipes over, once in the life of a process, and has writing to a pipe that nobody reads fail instead of killing us.
    package static func takeOver() throws(NativeMessagingError) -> StandardStreams {
        signal(SIGPIPE, SIG_IGN)
        let input = try take(STDIN_FILENO, name: "standard input")
        let output = try take(STDOUT_FILENO, name: "standard output")
        dup2(STDERR_FILENO, STDOUT_FILENO)
        let nothing = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        if nothing >= 0 {
            dup2(nothing, STDIN_FILENO)
            Glibc.close(nothing)
        }
        return StandardStreams(input: input, output: output)
    }

    /// Writes one message and waits until the pipe has taken it. For the last word of a process that has no event loop.
    package func writeBlocking(_ message: [UInt8]) {
        guard message.count <= NativeMessageLimits.toBrowser else { return }
        let bytes = withUnsafeBytes(of: UInt32(message.count)) { Array($0) } + message
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func take(_ descriptor: CInt, name: String) throws(NativeMessagingError) -> CInt {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unusableStream(name: name, reason: "it is closed") }
        guard canBeAwaited(descriptor, status.st_mode) else {
            throw .unusableStream(name: name, reason: "it is a file, or a device like /dev/null; a browser gives pipes")
        }
        let taken = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard taken >= 0 else { throw .unusableStream(name: name, reason: String(cString: strerror(errno))) }
        return taken
    }

    /// Whether the event loop can be told when there is something to read or room to write: not so for files and most devices.
    private static func canBeAwaited(_ descriptor: CInt, _ mode: mode_t) -> Bool {
        switch mode & S_IFMT {
        case S_IFIFO, S_IFSOCK: true
        case S_IFCHR: isatty(descriptor) == 1
        default: false
        }
    }
}
