/// Reads big-endian fields from bytes off the wire, and answers `nil` where they end too early.
///
/// Every multi-byte field of the protocols here is in network order (RFC 791 appendix B).
package struct ByteReader: Sendable {
    /// The bytes read from; shared with the caller, never copied.
    package let bytes: [UInt8]
    /// Index in `bytes` of the next byte to read.
    package private(set) var position: Int
    /// Index in `bytes` one past the last byte that may be read.
    package let end: Int

    package init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    /// Reads only `range` of `bytes`. The range must lie within them.
    package init(_ bytes: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a reader's range lies within its bytes")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// How many bytes are left.
    package var remaining: Int { end - position }
    package var isAtEnd: Bool { position == end }

    package mutating func readUInt8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func readUInt16() -> UInt16? { readInteger(byteCount: 2).map { UInt16(truncatingIfNeeded: $0) } }
    package mutating func readUInt24() -> UInt32? { readInteger(byteCount: 3).map { UInt32(truncatingIfNeeded: $0) } }
    package mutating func readUInt32() -> UInt32? { readInteger(byteCount: 4).map { UInt32(truncatingIfNeeded: $0) } }
    package mutating func readUInt64() -> UInt64? { readInteger(byteCount: 8) }

    /// The next `count` bytes, or `nil` (and nothing consumed) where fewer are left.
    package mutating func readBytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, remaining >= count else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Everything that is left.
    package mutating func readRest() -> [UInt8] {
        defer { position = end }
        return Array(bytes[position..<end])
    }

    /// A reader of the next `count` bytes, which this one skips.
    package mutating func readSlice(_ count: Int) -> ByteReader? {
        guard count >= 0, remaining >= count else { return nil }
        defer { position += count }
        return ByteReader(bytes, in: position..<position + count)
    }

    /// Passes over `count` bytes; `false` (and nothing consumed) where fewer are left.
    package mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, remaining >= count else { return false }
        position += count
        return true
    }

    private mutating func readInteger(byteCount: Int) -> UInt64? {
        guard remaining >= byteCount else { return nil }
        var value: UInt64 = 0
        for index in position..<position + byteCount { value = value << 8 | UInt64(bytes[index]) }
        position += byteCount
        return value
    }
}
