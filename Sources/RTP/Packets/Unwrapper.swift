/// Continues a counter that wraps, such as a sequence number (16 bits) or an RTP timestamp (32 bits), beyond its wire width.
///
/// Each value is taken for the one nearest to the value before (RFC 3550 A.1 does the same by counting cycles), so values may come late
/// or doubly, but not more than half the range apart.
package struct Unwrapper<Counter: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable, Hashable {
    /// The last value given, continued; `nil` before the first.
    package private(set) var last: Int64?

    package init() { precondition(Counter.bitWidth <= 32, "only counters of up to 32 bits are continued in 64") }

    /// `value`, continued: equal to it modulo the counter's range. The first value is taken as it is.
    package mutating func unwrap(_ value: Counter) -> Int64 {
        let unwrapped = peek(value)
        last = unwrapped
        return unwrapped
    }

    /// What `unwrap` would say, without moving.
    package func peek(_ value: Counter) -> Int64 {
        guard let last else { return Int64(value) }
        let range = Int64(1) << Int64(Counter.bitWidth)
        let forward = Int64(value &- Counter(truncatingIfNeeded: last))
        return last + (forward < range / 2 ? forward : forward - range)
    }
}
