import Glibc
import JSONCoding
import Testing

/// The real `nearend-host`, as a browser starts it: a child with a pipe at each end.
///
/// Every wait has a deadline, so that a host that hangs fails a test instead of hanging it.
final class HostProcess {
    /// Where the host is: what NEAREND_HOST_BINARY names, else beside the test’s own bundle in the build folder. `nil` where it has not been
    /// built, which fails every test.
    static let path: String? = {
        if let named = getenv("NEAREND_HOST_BINARY") { return String(cString: named) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        var folders = [CommandLine.arguments.first ?? ""]
        if length > 0 { folders.append(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
        // The test bundle is an argument of the runner where it is not the program itself.
        folders += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        return folders.map {
            $0.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/nearend-host"
        }
        .first { access($0, X_OK) == 0 }
    }()

    /// Of the extension in the configuration that the tests give the host.
    static let origin = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"
    /// Far longer than any of this takes on a busy machine.
    private static let patience: Int64 = 20_000

    enum Problem: Error {
        case noBinary, cannotStart(CInt), timedOut(String), ended, notAFrame(String)
    }

    private let process: pid_t
    private var input: CInt
    private var output: CInt
    /// Ends when the host does, which holds the other end and does not know it. There is no other way to wait for a process with a
    /// deadline.
    private let life: CInt
    private var received: [UInt8] = []
    private let folder: String
    private var isReaped = false
    private var seq = 0

    /// Starts the host with virtual devices, in a folder of its own.
    ///
    /// - Parameters:
    ///   - arguments: after the program's name.
    ///   - configuration: the text of its configuration file; `nil` for virtual devices and `origin` allowed.
    ///   - standardOutput: what to open in place of the pipe; a bare name is in the host's folder.
    init(arguments: [String] = [HostProcess.origin], configuration: String? = nil, standardOutput: String? = nil) throws {
        guard let path = Self.path else { throw Problem.noBinary }
        var template = Array("/tmp/nearend-conformance-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Problem.cannotStart(errno) }
        folder = String(cString: made)
        let file = folder + "/host.json"
        try Self.write(Self.silence, to: folder + "/microphone.wav")
        let text =
            configuration ?? """
                {"allowedOrigins": ["\(Self.origin)"], "log": {"level": "debug"},
                 "devices": {"virtual": {"microphone": "\(folder)/microphone.wav", "loudspeaker": "\(folder)/loudspeaker.wav"}}}
                """
        try Self.write(Array(text.utf8), to: file)

        let toHost = try Self.pipe()
        let fromHost = try Self.pipe()
        let life = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toHost.read, STDIN_FILENO)
        if let standardOutput {
            let name = standardOutput.hasPrefix("/") ? standardOutput : "\(folder)/\(standardOutput)"
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, name, O_WRONLY, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, fromHost.write, STDOUT_FILENO)
        }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, life.write, 9)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = ["NEAREND_CONFIG=\(file)", "HOME=\(folder)"]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in words + environment { free(word) } }
        var process = pid_t()
        let result = posix_spawn(&process, path, &actions, nil, &words, &environment)
        self.process = process
        for end in [toHost.read, fromHost.write, life.write] { close(end) }
        input = toHost.write
        output = fromHost.read
        self.life = life.read
        // A host that is gone shall fail a write, not end the test.
        signal(SIGPIPE, SIG_IGN)
        guard result == 0 else { throw Problem.cannotStart(result) }
    }

    deinit {
        closeInput()
        closeOutput()
        close(life)
        if !isReaped {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        for name in ["host.json", "microphone.wav", "loudspeaker.wav", "log"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    // MARK: To the host

    static func frame(_ text: String) -> [UInt8] { frame(Array(text.utf8)) }
    static func frame(_ bytes: [UInt8]) -> [UInt8] { header(UInt32(bytes.count)) + bytes }
    static func header(_ length: UInt32) -> [UInt8] { withUnsafeBytes(of: length) { Array($0) } }

    /// The next numbered message: `members` are what follows `seq` and `ack`.
    func message(_ members: String) -> [UInt8] {
        seq += 1
        return Self.frame(#"{"seq":\#(seq),"ack":0,\#(members)}"#)
    }

    /// A request of document 1.
    func request(_ id: Int, _ method: String, _ parameters: String = "{}", document: Int = 1) -> [UInt8] {
        message(#""type":"request","document":\#(document),"id":\#(id),"method":"\#(method)","params":\#(parameters)"#)
    }

    /// Writes all of `bytes`, in pieces of `size`.
    func write(_ bytes: [UInt8], inPiecesOf size: Int = .max) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: input, POLLOUT, "writing")
            let piece = rest.prefix(size)
            let count = piece.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Problem.ended }
            rest = rest.dropFirst(count)
        }
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    // MARK: From the host

    /// The next frame; throws `.ended` where the host has closed its output cleanly.
    func read() throws -> JSONValue {
        while true {
            if received.count >= 4 {
                let length = received[..<4].withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) }
                guard length <= 1_048_576 else { throw Problem.notAFrame("a frame of \(length) bytes") }
                if received.count >= 4 + length {
                    let text = Array(received[4..<4 + length])
                    received.removeFirst(4 + length)
                    return try JSONText.parse(text)
                }
            }
            try wait(for: output, POLLIN, "a frame")
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(output, &chunk, chunk.count)
            guard count > 0 else {
                guard received.isEmpty else { throw Problem.notAFrame("\(received.count) bytes before the end") }
                throw Problem.ended
            }
            received += chunk[..<count]
        }
    }

    /// The reply to a request, past all events.
    func reply(to id: Int) throws -> JSONValue {
        while true {
            let message = try read()
            if message["type"] == "reply", message["id"] == .integer(Int64(id)) { return message }
            if message["type"] == "error" { throw Problem.notAFrame("an error instead of a reply: \(message)") }
        }
    }

    /// Whether the host says nothing more and ends its output.
    func isSilentToTheEnd() throws -> Bool {
        do {
            _ = try read()
            return false
        } catch Problem.ended {
            return true
        }
    }

    /// Waits until the host has ended: its exit status, or minus the signal that killed it.
    func exitStatus() throws -> Int {
        try wait(for: life, POLLIN, "the end of the host")
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw Problem.cannotStart(errno) }
        }
        isReaped = true
        return status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : -Int(status & 0x7F)
    }

    /// What the host has written to standard error.
    var log: String {
        guard let file = fopen(folder + "/log", "r") else { return "" }
        defer { fclose(file) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        return String(decoding: chunk[..<fread(&chunk, 1, chunk.count, file)], as: UTF8.self)
    }

    private func wait(for descriptor: CInt, _ events: CInt, _ what: String) throws {
        let deadline = Self.now + Self.patience
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, CInt(max(0, deadline - Self.now)))
            if count > 0 { return }
            guard count < 0, errno == EINTR else { throw Problem.timedOut(what) }
        }
    }

    /// Closed on exec, so that hosts of other tests do not hold our ends open.
    private static func pipe() throws -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Problem.cannotStart(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static var now: Int64 {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw Problem.cannotStart(errno) }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// A tenth of a second of silence: WAV, 48 kHz, one channel, 16 bits.
    private static let silence: [UInt8] = {
        func little(_ value: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
        let data = [UInt8](repeating: 0, count: 9600)
        let format = little(1, 2) + little(1, 2) + little(48_000, 4) + little(96_000, 4) + little(2, 2) + little(16, 2)
        let body = Array("WAVEfmt ".utf8) + little(16, 4) + format + Array("data".utf8) + little(UInt32(data.count), 4) + data
        return Array("RIFF".utf8) + little(UInt32(body.count), 4) + body
    }()
}
