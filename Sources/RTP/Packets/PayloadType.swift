/// Which of the negotiated formats a packet's payload has: 0…127 (RFC 3550 §5.1).
package struct PayloadType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// 0…127.
    package let rawValue: UInt8

    /// `nil` above 127: the field has seven bits.
    package init?(rawValue: UInt8) {
        guard rawValue < 128 else { return nil }
        self.rawValue = rawValue
    }

    /// The low seven bits of a byte.
    package init(truncating byte: UInt8) { rawValue = byte & 0x7F }

    package var description: String { String(rawValue) }
}
