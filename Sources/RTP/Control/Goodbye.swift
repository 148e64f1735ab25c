import Primitives

/// Sources that leave (RFC 3550 §6.6).
package struct Goodbye: Sendable, Hashable {
    /// At most 31.
    package var sources: [SSRC]
    /// For people.
    package var reason: String?

    package init(sources: [SSRC], reason: String? = nil) {
        self.sources = sources
        self.reason = reason
    }

    init?(parsing reader: inout ByteReader, count: Int) {
        sources = []
        for _ in 0..<count {
            guard let source = reader.readUInt32() else { return nil }
            sources.append(SSRC(source))
        }
        // A reason that does not fit is no reason to let the source stay.
        if let count = reader.readUInt8(), let text = reader.readBytes(Int(count)) {
            reason = String(decoding: text, as: UTF8.self)
        }
    }

    func write(into writer: inout ByteWriter) {
        for source in sources { writer.write(source.rawValue) }
        guard let reason else { return }
        // One byte counts the text, which is cut between characters.
        var text: [UInt8] = []
        for scalar in reason.unicodeScalars {
            let bytes = String(scalar).utf8
            guard text.count + bytes.count <= Int(UInt8.max) else { break }
            text += bytes
        }
        writer.write(UInt8(text.count))
        writer.write(text)
        writer.writeZeros((4 - (text.count + 1) % 4) % 4)
    }
}
