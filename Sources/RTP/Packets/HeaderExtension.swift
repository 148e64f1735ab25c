/// One element of the header extension of an RTP packet (RFC 8285).
package struct HeaderExtension: Sendable, Hashable {
    /// As negotiated by `a=extmap`: 1…14 in the one-byte form, 1…255 in the two-byte form.
    package var id: UInt8
    /// At most 255; the one-byte form carries 1…16.
    package var bytes: [UInt8]

    package init(id: UInt8, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }

    /// Whether the one-byte form can carry it (RFC 8285 §4.2).
    var fitsOneByteForm: Bool { (1...14).contains(id) && (1...16).contains(bytes.count) }
    /// Whether the two-byte form can carry it (RFC 8285 §4.3).
    var fitsTwoByteForm: Bool { id > 0 && bytes.count <= 255 }
}
