import Primitives

/// Names for sources (RFC 3550 §6.5).
package struct SourceDescription: Sendable, Hashable {
    /// One thing that is said about a source.
    package struct Item: Sendable, Hashable {
        /// The type of the canonical name, the one item that everybody must send (RFC 3550 §6.5.1).
        package static let canonicalName: UInt8 = 1
        /// The type of the media identification (RFC 9143 §15.1).
        package static let mediaID: UInt8 = 15

        /// 1…255.
        package var type: UInt8
        /// At most 255; most types hold UTF-8.
        package var bytes: [UInt8]

        package init(type: UInt8, bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
        }
    }

    /// What is said about one source.
    package struct Chunk: Sendable, Hashable {
        package var ssrc: SSRC
        package var items: [Item]

        package init(ssrc: SSRC, items: [Item]) {
            self.ssrc = ssrc
            self.items = items
        }

        /// The canonical name, the same for all sources of an endpoint.
        package var canonicalName: String? {
            items.first { $0.type == Item.canonicalName }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }

    /// At most 31.
    package var chunks: [Chunk]

    package init(chunks: [Chunk]) { self.chunks = chunks }

    /// The description that goes into every compound packet: whose source this is.
    package init(ssrc: SSRC, canonicalName: String) {
        chunks = [Chunk(ssrc: ssrc, items: [Item(type: Item.canonicalName, bytes: Array(canonicalName.utf8.prefix(255)))])]
    }

    init?(parsing reader: inout ByteReader, count: Int) {
        chunks = []
        for _ in 0..<count {
            guard let ssrc = reader.readUInt32(), let items = Self.parseItems(&reader) else { return nil }
            chunks.append(Chunk(ssrc: SSRC(ssrc), items: items))
        }
    }

    /// The items of a chunk end with a zero byte and are padded with more to a multiple of four (RFC 3550 §6.5).
    private static func parseItems(_ reader: inout ByteReader) -> [Item]? {
        let start = reader.position
        var items: [Item] = []
        while let type = reader.readUInt8() {
            if type == 0 {
                return reader.skip((4 - (reader.position - start) % 4) % 4) ? items : nil
            }
            guard let count = reader.readUInt8(), let bytes = reader.readBytes(Int(count)) else { return nil }
            items.append(Item(type: type, bytes: bytes))
        }
        return nil
    }

    func write(into writer: inout ByteWriter) {
        for chunk in chunks {
            writer.write(chunk.ssrc.rawValue)
            let start = writer.count
            for item in chunk.items {
                precondition(item.type > 0 && item.bytes.count <= 255, "an item has a type and at most 255 bytes")
                writer.write(item.type)
                writer.write(UInt8(item.bytes.count))
                writer.write(item.bytes)
            }
            // At least one zero byte ends the chunk.
            writer.writeZeros(4 - (writer.count - start) % 4)
        }
    }
}
