import Primitives

/// Translates instants of the owner's clock into times of day for reports.
///
/// The relation is fixed when the clock is made: reports then tell intervals truly even if the system's clock is set in the meantime,
/// which matters more to round-trip times and lip synchronization than which o'clock it is.
package struct NTPClock: Sendable, Hashable {
    /// Time from 1 January 1900 to the instant zero.
    package var timeAtZero: Duration

    /// - Parameter timeAtZero: from 1 January 1900 to `Instant.zero` of the clock that will be asked about.
    package init(timeAtZero: Duration) { self.timeAtZero = timeAtZero }

    /// - Parameters:
    ///   - unixNanoseconds: the time of day at `instant`, since 1970.
    package init(unixNanoseconds: Int64, at instant: Instant) {
        timeAtZero = .seconds(2_208_988_800) + .nanoseconds(unixNanoseconds) - .nanoseconds(instant.nanoseconds)
    }

    package func timestamp(at instant: Instant) -> NTPTimestamp {
        NTPTimestamp(since1900: timeAtZero + .nanoseconds(instant.nanoseconds))
    }
}
