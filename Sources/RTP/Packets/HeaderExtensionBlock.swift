import Primitives

/// The header extension of RTP (RFC 3550 §5.3.1) as a list of elements (RFC 8285).
enum HeaderExtensionBlock {
    /// The profile of the one-byte form (RFC 8285 §4.2).
    private static let oneByteProfile: UInt16 = 0xBEDE
    /// The profile of the two-byte form without its four bits for the application (RFC 8285 §4.3).
    private static let twoByteProfile: UInt16 = 0x1000

    /// The elements of an extension whose profile and body are given.
    ///
    /// A profile that is neither form has no elements: RFC 3550 §5.3.1 lets a receiver ignore it. Elements after one that does not fit
    /// are lost.
    static func parse(profile: UInt16, body: ByteReader) -> [HeaderExtension] {
        if profile == oneByteProfile { return parseOneByteForm(body) }
        if profile & 0xFFF0 == twoByteProfile { return parseTwoByteForm(body) }
        return []
    }

    private static func parseOneByteForm(_ body: ByteReader) -> [HeaderExtension] {
        var body = body
        var elements: [HeaderExtension] = []
        while let head = body.readUInt8() {
            let id = head >> 4
            // RFC 8285 §4.2: a zero byte is padding; identifier 15 ends the list for those who do not know what it means.
            if head == 0 { continue }
            if id == 15 { break }
            guard let bytes = body.readBytes(Int(head & 15) + 1) else { break }
            // Identifier 0 with a length is against the rules; its data is passed over.
            if id != 0 { elements.append(HeaderExtension(id: id, bytes: bytes)) }
        }
        return elements
    }

    private static func parseTwoByteForm(_ body: ByteReader) -> [HeaderExtension] {
        var body = body
        var elements: [HeaderExtension] = []
        while let id = body.readUInt8() {
            // RFC 8285 §4.3: padding is a zero byte and has no length.
            if id == 0 { continue }
            guard let count = body.readUInt8(), let bytes = body.readBytes(Int(count)) else { break }
            elements.append(HeaderExtension(id: id, bytes: bytes))
        }
        return elements
    }

    /// Writes profile, length and elements, in the one-byte form if all of them fit it (RFC 8285 §4.1.2 lets an endpoint mix forms
    /// only where `extmap-allow-mixed` was agreed, and audio never needs the longer one).
    static func write(_ elements: [HeaderExtension], into writer: inout ByteWriter) {
        let isOneByteForm = elements.allSatisfy(\.fitsOneByteForm)
        precondition(isOneByteForm || elements.allSatisfy(\.fitsTwoByteForm), "an extension has an identifier and at most 255 bytes")
        writer.write(isOneByteForm ? oneByteProfile : twoByteProfile)
        let lengthIndex = writer.count
        writer.write(UInt16(0))
        for element in elements {
            if isOneByteForm {
                writer.write(element.id << 4 | UInt8(element.bytes.count - 1))
            } else {
                writer.write(element.id)
                writer.write(UInt8(element.bytes.count))
            }
            writer.write(element.bytes)
        }
        let byteCount = writer.count - lengthIndex - 2
        writer.writeZeros((4 - byteCount % 4) % 4)
        let words = (byteCount + 3) / 4
        precondition(words <= Int(UInt16.max), "a header extension has at most 65535 words")
        writer.overwrite(UInt16(words), at: lengthIndex)
    }
}
