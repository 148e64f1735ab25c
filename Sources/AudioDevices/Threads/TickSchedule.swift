import Primitives

/// When ticks are due. A value in virtual time: the thread asks, sleeps and reports.
///
/// A thread that was held up catches up tick by tick, so that files and device buffers stay whole; one that stood still for longer
/// than `patience` starts afresh and counts what it left out.
struct TickSchedule {
    static let period: Duration = .milliseconds(10)
    /// Longer than this behind, ticks are given up. A tenth of a second of catching up is inaudible work; more is a suspended machine.
    static let patience: Duration = .milliseconds(100)

    /// When the next tick is due.
    private(set) var due: Instant
    private(set) var statistics: TickStatistics
    private var started = Instant.zero

    init(start: Instant, statistics: TickStatistics) {
        due = start
        self.statistics = statistics
    }

    /// The thread begins a tick; call it when `due` has come.
    mutating func begin(at now: Instant) {
        let lateness = now.nanoseconds - due.nanoseconds
        let period = Self.period.wholeNanoseconds
        if lateness > Self.patience.wholeNanoseconds {
            let skipped = lateness / period
            statistics.skippedTicks += Int(skipped)
            due = Instant(nanoseconds: due.nanoseconds + skipped * period)
        }
        if lateness > period / 2 { statistics.lateTicks += 1 }
        statistics.worstLateness = max(statistics.worstLateness, lateness)
        started = now
    }

    /// The tick's work is done.
    mutating func end(at now: Instant) {
        let work = now.nanoseconds - started.nanoseconds
        statistics.worstWork = max(statistics.worstWork, work)
        statistics.totalWork += work
        statistics.ticks += 1
        due += Self.period
    }

    /// After a time without work: the next tick is due now.
    mutating func resume(at now: Instant) { due = now }
}
