import CallProtocol
import JSONCoding

/// Objects of statistics by their ids, as webrtc-stats has them.
typealias StatsReport = [String: [String: JSONValue]]

/// Tells the page what has changed since it was told last; the pipe carries a report a second that way without carrying the same again.
struct StatsReporter {
    private var told: StatsReport = [:]

    /// What the page lacks of `report`; with `full`, everything. A member that has gone is sent as null.
    mutating func difference(to report: StatsReport, timestamp: Double, full: Bool) -> StatsResult {
        if full { told = [:] }
        var changed: StatsReport = [:]
        for (id, object) in report {
            let known = told[id] ?? [:]
            var members = object.filter { known[$0.key] != $0.value }
            for name in known.keys where object[name] == nil { members[name] = .null }
            if !members.isEmpty { changed[id] = members }
        }
        let removed = told.keys.filter { report[$0] == nil }.sorted()
        told = report
        return StatsResult(timestamp: timestamp, changed: changed, removed: removed)
    }
}
