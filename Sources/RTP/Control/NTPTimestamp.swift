/// A time of day as reports carry it: seconds since 1 January 1900 in the upper half, fractions of a second in the lower (RFC 3550 §4).
package struct NTPTimestamp: RawRepresentable, Sendable, Hashable {
    /// Seconds from 1900 to 1970.
    private static let secondsBefore1970: UInt64 = 2_208_988_800

    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// From the time since 1 January 1900, not negative; the seconds wrap in 2036 as NTP's do.
    package init(since1900 duration: Duration) {
        let (seconds, attoseconds) = duration.components
        precondition(seconds >= 0 && attoseconds >= 0, "NTP begins in 1900")
        let nanoseconds = UInt64(attoseconds / 1_000_000_000)
        rawValue = UInt64(truncatingIfNeeded: seconds) << 32 | (nanoseconds << 32) / 1_000_000_000
    }

    /// The middle 32 bits, by which receivers name a sender report: units of 1/65536 s (RFC 3550 §6.4.1, LSR).
    package var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    /// Milliseconds since 1970, as statistics have it.
    package var unixMilliseconds: Double {
        let seconds = Double(rawValue >> 32) - Double(Self.secondsBefore1970)
        return (seconds + Double(rawValue & 0xFFFF_FFFF) / 4_294_967_296) * 1000
    }
}
