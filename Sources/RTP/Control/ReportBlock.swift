import Primitives

/// What a receiver says about one source it hears (RFC 3550 §6.4.1).
package struct ReportBlock: Sendable, Hashable {
    static let byteCount = 24

    /// The source that is reported on.
    package var ssrc: SSRC
    /// Packets lost since the last report, in 256ths of those expected.
    package var fractionLost: UInt8
    /// Packets lost since the beginning, −2²³…2²³−1; negative where duplicates outnumber losses.
    package var cumulativeLost: Int32
    /// The highest sequence number received, continued by a count of cycles in the upper sixteen bits.
    package var extendedHighestSequenceNumber: UInt32
    /// In units of the source's RTP clock (RFC 3550 §6.4.1).
    package var jitter: UInt32
    /// The middle 32 bits of the NTP time of the last sender report; zero where there was none.
    package var lastSenderReport: UInt32
    /// From that report to this block, in units of 1/65536 s.
    package var delaySinceLastSenderReport: UInt32

    package init(
        ssrc: SSRC, fractionLost: UInt8, cumulativeLost: Int32, extendedHighestSequenceNumber: UInt32, jitter: UInt32,
        lastSenderReport: UInt32, delaySinceLastSenderReport: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.extendedHighestSequenceNumber = extendedHighestSequenceNumber
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    init?(parsing reader: inout ByteReader) {
        guard let ssrc = reader.readUInt32(), let fraction = reader.readUInt8(), let lost = reader.readUInt24(),
            let highest = reader.readUInt32(), let jitter = reader.readUInt32(), let last = reader.readUInt32(),
            let delay = reader.readUInt32()
        else { return nil }
        self.ssrc = SSRC(ssrc)
        fractionLost = fraction
        // Twenty-four bits with a sign: shifted to the top and back, so that the sign spreads.
        cumulativeLost = Int32(bitPattern: lost << 8) >> 8
        extendedHighestSequenceNumber = highest
        self.jitter = jitter
        lastSenderReport = last
        delaySinceLastSenderReport = delay
    }

    func write(into writer: inout ByteWriter) {
        writer.write(ssrc.rawValue)
        writer.write(fractionLost)
        writer.writeUInt24(UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)))
        writer.write(extendedHighestSequenceNumber)
        writer.write(jitter)
        writer.write(lastSenderReport)
        writer.write(delaySinceLastSenderReport)
    }
}
