import Primitives

/// What a sender has sent, and how well it hears others (RFC 3550 §6.4.1).
package struct SenderReport: Sendable, Hashable {
    package var ssrc: SSRC
    /// When the report was made, by the sender's time of day.
    package var ntpTimestamp: NTPTimestamp
    /// The same moment in the RTP clock of its packets.
    package var rtpTimestamp: UInt32
    /// Packets sent since the beginning, modulo 2³².
    package var packetCount: UInt32
    /// Bytes of payload sent since the beginning, modulo 2³².
    package var octetCount: UInt32
    /// At most 31.
    package var blocks: [ReportBlock]

    package init(
        ssrc: SSRC, ntpTimestamp: NTPTimestamp, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32, blocks: [ReportBlock] = []
    ) {
        self.ssrc = ssrc
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
        self.blocks = blocks
    }

    /// Extensions of a profile after the blocks are ignored (RFC 3550 §6.4.3).
    init?(parsing reader: inout ByteReader, count: Int) {
        guard let ssrc = reader.readUInt32(), let ntp = reader.readUInt64(), let rtp = reader.readUInt32(),
            let packets = reader.readUInt32(), let octets = reader.readUInt32(), let blocks = [ReportBlock](parsing: &reader, count: count)
        else { return nil }
        self.init(
            ssrc: SSRC(ssrc), ntpTimestamp: NTPTimestamp(rawValue: ntp), rtpTimestamp: rtp, packetCount: packets, octetCount: octets,
            blocks: blocks)
    }

    func write(into writer: inout ByteWriter) {
        writer.write(ssrc.rawValue)
        writer.write(ntpTimestamp.rawValue)
        writer.write(rtpTimestamp)
        writer.write(packetCount)
        writer.write(octetCount)
        for block in blocks { block.write(into: &writer) }
    }
}

extension [ReportBlock] {
    init?(parsing reader: inout ByteReader, count: Int) {
        self = []
        for _ in 0..<count {
            guard let block = ReportBlock(parsing: &reader) else { return nil }
            append(block)
        }
    }
}
