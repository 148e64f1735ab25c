import Synchronization

/// The last lines of the log, kept for whoever collects them through the popup. Any thread may add.
package final class RecentLog: Sendable {
    package static let shared = RecentLog()
    private static let capacity = 500
    /// A line may quote what a page sent.
    private static let longestLine = 1_000

    private struct Lines {
        var kept: [String] = []
        var next = 0
    }
    private let lines = Mutex(Lines())

    func append(_ line: String) {
        let short = String(line.prefix(Self.longestLine))
        lines.withLock {
            if $0.kept.count < Self.capacity {
                $0.kept.append(short)
            } else {
                $0.kept[$0.next] = short
                $0.next = ($0.next + 1) % Self.capacity
            }
        }
    }

    /// The oldest first.
    package var all: [String] { lines.withLock { Array($0.kept[$0.next...] + $0.kept[..<$0.next]) } }
}
