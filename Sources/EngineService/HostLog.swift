import Glibc
import Logging

/// Writes log lines to standard error, and to a file where one is wanted. Standard output belongs to the browser.
package struct HostLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    /// Appended to; -1 for none. Stays open as long as the process lives.
    private let file: Int32

    init(label: String, level: Logger.Level, file: Int32) {
        self.label = label
        logLevel = level
        self.file = file
    }

    /// Makes this the process's log.
    ///
    /// Errors: a file that cannot be opened, a level that does not exist.
    package static func install(_ configuration: HostConfiguration.Log?) throws(ConfigurationError) {
        let level = try configuration?.threshold() ?? .notice
        var file: Int32 = -1
        if let path = configuration?.file {
            file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw ConfigurationError(reason: "“log.file”: \(path): \(String(cString: strerror(errno)))") }
        }
        let descriptor = file
        LoggingSystem.bootstrap { label in HostLog(label: label, level: level, file: descriptor) }
    }

    /// Tells the person at the terminal, before there is a log.
    package static func complain(_ text: String, program: String = "nearend-host") {
        var line = "\(program): \(text)\n"
        line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = "\(Self.time()) \(event.level) \(label): \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        RecentLog.shared.append(line)
        line += "\n"
        var text = line
        text.withUTF8 { bytes in
            // One write a line: lines of several threads do not mix.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
            if file >= 0 { _ = write(file, bytes.baseAddress, bytes.count) }
        }
    }

    private static func time() -> String {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        var parts = tm()
        gmtime_r(&moment.tv_sec, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let milliseconds = 1000 + moment.tv_nsec / 1_000_000
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):"
            + "\(two(parts.tm_sec)).\(String(milliseconds).dropFirst())Z"
    }
}
