/// Writes big-endian fields into a growing array of bytes.
package struct ByteWriter: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8]

    package init(reservingCapacity capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// How many bytes have been written.
    package var count: Int { bytes.count }

    package mutating func write(_ value: UInt8) { bytes.append(value) }
    package mutating func write(_ value: UInt16) { writeInteger(UInt64(value), byteCount: 2) }
    package mutating func write(_ value: UInt32) { writeInteger(UInt64(value), byteCount: 4) }
    package mutating func write(_ value: UInt64) { writeInteger(value, byteCount: 8) }
    /// The low 24 bits of `value`.
    package mutating func writeUInt24(_ value: UInt32) { writeInteger(UInt64(value & 0xFF_FFFF), byteCount: 3) }
    package mutating func write(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
    package mutating func writeZeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    /// Replaces two bytes written earlier, such as a length that is known only at the end.
    package mutating func overwrite(_ value: UInt16, at index: Int) {
        precondition(index >= 0 && index + 2 <= bytes.count, "only bytes already written can be overwritten")
        bytes[index] = UInt8(value >> 8)
        bytes[index + 1] = UInt8(truncatingIfNeeded: value)
    }

    private mutating func writeInteger(_ value: UInt64, byteCount: Int) {
        for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}
