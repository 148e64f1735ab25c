/// The number of a packet in its stream: one more than the packet before, after 65535 comes 0 (RFC 3550 §5.1).
package struct SequenceNumber: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }
    package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    package var next: SequenceNumber { SequenceNumber(rawValue &+ 1) }

    /// How many steps lead from `other` to this one by the shorter way: −32768…32767.
    package func distance(from other: SequenceNumber) -> Int { Int(Int16(bitPattern: rawValue &- other.rawValue)) }

    package var description: String { String(rawValue) }
}
