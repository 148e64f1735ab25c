import Primitives

/// How well one who does not send hears others (RFC 3550 §6.4.2).
package struct ReceiverReport: Sendable, Hashable {
    /// Who reports.
    package var ssrc: SSRC
    /// At most 31.
    package var blocks: [ReportBlock]

    package init(ssrc: SSRC, blocks: [ReportBlock] = []) {
        self.ssrc = ssrc
        self.blocks = blocks
    }

    /// Extensions of a profile after the blocks are ignored (RFC 3550 §6.4.3).
    init?(parsing reader: inout ByteReader, count: Int) {
        guard let ssrc = reader.readUInt32(), let blocks = [ReportBlock](parsing: &reader, count: count) else { return nil }
        self.init(ssrc: SSRC(ssrc), blocks: blocks)
    }

    func write(into writer: inout ByteWriter) {
        writer.write(ssrc.rawValue)
        for block in blocks { block.write(into: &writer) }
    }
}
