import Primitives

/// The 96 bits that tie a response to its request (RFC 8489 §5).
package struct STUNTransactionID: Sendable, Hashable {
    private let high: UInt32
    private let low: UInt64

    /// Chosen uniformly at random, so that nobody off the path can forge a response (RFC 8489 §5).
    package init(random: inout RandomSource) {
        high = UInt32(truncatingIfNeeded: random.next())
        low = random.next()
    }

    /// Takes the next twelve bytes; `nil` where fewer are left.
    init?(reading reader: inout ByteReader) {
        guard let high = reader.readUInt32(), let low = reader.readUInt64() else { return nil }
        self.high = high
        self.low = low
    }

    func write(into writer: inout ByteWriter) {
        writer.write(high)
        writer.write(low)
    }

    /// The twelve octets in network order.
    var octets: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 12)
        write(into: &writer)
        return writer.bytes
    }
}
