/// Names a transceiver between the page and us, never on the wire.
///
/// Positive ones are minted by the page, negative ones by us for what a remote description makes.
package struct TransceiverHandle: RawRepresentable, Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package init(integerLiteral value: Int) { rawValue = value }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
