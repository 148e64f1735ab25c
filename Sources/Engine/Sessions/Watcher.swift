import CallProtocol
import NIOCore
import Primitives

/// Makes reports at the intervals that somebody asked for; none of a kind while its interval is zero. Ends when it is let go.
@NetworkLoop
final class Watcher {
    /// Nobody sees more than sixty changes a second.
    private static let shortestInterval = 16
    private static let longestInterval = 60_000

    private var timers: [RepeatedTask] = []

    init(
        _ wish: Watch, canReport: @escaping @NetworkLoop () -> Bool, levels: @escaping @NetworkLoop () -> Void,
        stats: @escaping @NetworkLoop () -> Void
    ) {
        for (interval, report) in [(wish.levels, levels), (wish.stats, stats)] {
            guard let interval, interval > 0 else { continue }
            let period = TimeAmount.milliseconds(Int64(min(max(interval, Self.shortestInterval), Self.longestInterval)))
            timers.append(
                NetworkLoop.eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in
                    NetworkLoop.assumeIsolated { if canReport() { report() } }
                })
        }
    }

    deinit {
        for timer in timers { timer.cancel() }
    }
}
