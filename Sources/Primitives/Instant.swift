/// A moment on a monotonic clock, as nanoseconds since an epoch that only its owner knows.
///
/// Machines take the time as an argument and never read a clock, so ten minutes of a bad network run in a second of a test.
/// Two instants are comparable only when they come from the same clock.
package struct Instant: BitwiseCopyable, Sendable, Hashable, Comparable, InstantProtocol {
    /// Nanoseconds since the clock's epoch.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's epoch; tests in virtual time start here.
    package static let zero = Instant(nanoseconds: 0)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package func advanced(by duration: Duration) -> Instant {
        Instant(nanoseconds: nanoseconds &+ duration.wholeNanoseconds)
    }

    package func duration(to other: Instant) -> Duration {
        Duration(wholeNanoseconds: other.nanoseconds &- nanoseconds)
    }

    package static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &- duration.wholeNanoseconds)
    }
    package static func - (later: Instant, earlier: Instant) -> Duration { earlier.duration(to: later) }
    package static func += (instant: inout Instant, duration: Duration) { instant = instant.advanced(by: duration) }
}
