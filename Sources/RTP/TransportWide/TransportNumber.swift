/// The number of a packet on its transport, whichever stream it belongs to, in a header extension
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2).
package struct TransportNumber: Sendable, Hashable {
    package var value: UInt16

    package init(_ value: UInt16) { self.value = value }

    /// `nil` where the extension has fewer than two bytes.
    package init?(parsing headerExtension: HeaderExtension) {
        guard headerExtension.bytes.count >= 2 else { return nil }
        value = UInt16(headerExtension.bytes[0]) << 8 | UInt16(headerExtension.bytes[1])
    }

    package func headerExtension(id: UInt8) -> HeaderExtension {
        HeaderExtension(id: id, bytes: [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)])
    }
}
