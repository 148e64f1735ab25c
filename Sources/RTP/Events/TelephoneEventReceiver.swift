import Primitives

/// Makes keys with a length of the reports that come of them: each once, however often its end is reported and whatever is lost
/// (RFC 4733 §2.5.2).
package struct TelephoneEventReceiver: Sendable {
    package enum Output: Sendable, Hashable {
        /// A key was pressed; other events of the registry come by their codes too.
        case began(code: UInt8)
        /// It was released after so many units of the RTP clock, as far as the reports that arrived tell.
        case ended(code: UInt8, duration: Int)
    }

    /// An event of which no report has come for so long has ended (RFC 4733 §2.5.2.2 leaves the time to us; three to five packet times
    /// are lost packets, this is a peer that fell silent).
    private static let patience = Duration.milliseconds(200)
    /// No report is later than this.
    private static let lateness = Duration.seconds(2)

    private struct Event: Sendable {
        var code: UInt8
        /// Of the current segment (RFC 4733 §2.5.1.3).
        var segmentTimestamp: UInt32
        /// Of the segments before.
        var earlierDuration = 0
        var segmentDuration: UInt16
        var hasEnded = false
        var lastReport: Instant

        var duration: Int { earlierDuration + Int(segmentDuration) }
    }

    /// The latest event; kept after its end, to know the repetitions.
    private var latest: Event?

    package init() {}

    /// When `handleTimeout` may have something to say.
    package var wakeUp: Instant? {
        guard let latest, !latest.hasEnded else { return nil }
        return latest.lastReport + Self.patience
    }

    /// Takes a report; `timestamp` is its packet's. Returns what is new, at most three outputs.
    package mutating func handle(_ report: TelephoneEvent, timestamp: UInt32, at now: Instant) -> [Output] {
        guard let current = latest else { return begin(report, timestamp: timestamp, at: now) }
        let distance = Int32(bitPattern: timestamp &- current.segmentTimestamp)
        if distance < 0 {
            // Of an event or a segment before the latest, whose end was told when the next began; or a source that set its clock back.
            return now - current.lastReport < Self.lateness ? [] : end() + begin(report, timestamp: timestamp, at: now)
        }
        if distance == 0, report.code == current.code { return go(on: current, with: report, at: now) }
        if distance == Int32(UInt16.max), report.code == current.code, !current.hasEnded {
            var next = current
            next.segmentTimestamp = timestamp
            next.earlierDuration += Int(UInt16.max)
            next.segmentDuration = 0
            return go(on: next, with: report, at: now)
        }
        return end() + begin(report, timestamp: timestamp, at: now)
    }

    /// Ends an event whose end was lost.
    package mutating func handleTimeout(at now: Instant) -> [Output] {
        guard let wakeUp, now >= wakeUp else { return [] }
        return end()
    }

    private mutating func begin(_ report: TelephoneEvent, timestamp: UInt32, at now: Instant) -> [Output] {
        let event = Event(code: report.code, segmentTimestamp: timestamp, segmentDuration: report.duration, lastReport: now)
        latest = event
        return [.began(code: report.code)] + go(on: event, with: report, at: now)
    }

    private mutating func go(on event: Event, with report: TelephoneEvent, at now: Instant) -> [Output] {
        guard !event.hasEnded else { return [] }
        var event = event
        // Reports may overtake each other; a duration never shrinks.
        event.segmentDuration = max(event.segmentDuration, report.duration)
        event.lastReport = now
        latest = event
        return report.isEnd ? end() : []
    }

    private mutating func end() -> [Output] {
        guard var event = latest, !event.hasEnded else { return [] }
        event.hasEnded = true
        latest = event
        return [.ended(code: event.code, duration: event.duration)]
    }
}
