/// `Duration` in the units that protocols and devices speak.
extension Duration {
    /// So many nanoseconds. The standard library's `nanoseconds(_:)` is generic and not inlined, and takes thirty times as long; every tick and every
    /// packet asks for several.
    package init(wholeNanoseconds: Int64) {
        let (seconds, rest) = wholeNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(secondsComponent: seconds, attosecondsComponent: rest * 1_000_000_000)
    }

    /// The duration in nanoseconds, saturated to 64 bits (±292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !sumOverflow else { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in milliseconds, truncated towards zero.
    package var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }

    /// The duration in seconds, as statistics and estimators want it.
    package var seconds: Double { Double(wholeNanoseconds) / 1e9 }

    /// A duration of a fractional number of seconds, rounded to nanoseconds.
    package static func seconds(fraction: Double) -> Duration { Duration(wholeNanoseconds: Int64((fraction * 1e9).rounded())) }
}
