import Primitives

/// How often xrdp's channel server has refused a channel to the client that is connected, and when it may be asked again.
///
/// A refusal costs the server one of its 250 channel numbers for good. So the pauses between questions double from a second to an hour, at most twenty in
/// eight hours, and a client that has come back is asked about at once: it may have the plugin that the one before had not.
struct Refusals: Sendable, Equatable {
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(3600)

    /// Whose refusals these are; empty where the kernel does not tell connections apart.
    private(set) var connection = ""
    private(set) var count = 0
    private var next = Instant.zero

    init() {}

    /// How long nobody shall ask; `nil`: not at all.
    func pause(for connection: String, at now: Instant) -> Duration? {
        guard count > 0, connection == self.connection, now < next else { return nil }
        return next - now
    }

    mutating func note(_ connection: String, at now: Instant) {
        if connection != self.connection { self = Refusals() }
        self.connection = connection
        next = now + min(Self.firstPause * (1 << min(count, 12)), Self.longestPause)
        count += 1
    }

    // MARK: As a line, for the next process

    var line: String { "\(count) \(next.nanoseconds) \(connection)\n" }

    /// What `line` has written; nothing of a line that is broken, or that speaks of a time too far ahead to be this machine's.
    init(line: String, at now: Instant) {
        let fields = line.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard (2...3).contains(fields.count), let count = Int(fields[0]), (1...1_000_000).contains(count), let nanoseconds = Int64(fields[1]),
            nanoseconds >= 0, Instant(nanoseconds: nanoseconds) <= now + Self.longestPause
        else { return }
        self.count = count
        next = Instant(nanoseconds: nanoseconds)
        connection = fields.count == 3 ? String(fields[2]) : ""
    }
}
