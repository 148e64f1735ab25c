/// Bytes as text (RFC 4648 §4), with padding and without line breaks.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    /// The value of each character; 255 for those that are none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var bits = UInt32(bytes[start]) << 16
            if count > 1 { bits |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { bits |= UInt32(bytes[start + 2]) }
            for index in 0..<4 {
                text.append(index <= count ? alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for what is not written as `encode` does: other characters, missing padding, bits beyond the last byte (RFC 4648 §3.5).
    package static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        guard !text.isEmpty else { return [] }
        let padCount = text[text.count - 1] != padding ? 0 : text[text.count - 2] != padding ? 1 : 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let isLast = start + 4 == text.count
            let count = isLast ? 4 - padCount : 4
            var bits: UInt32 = 0
            for index in 0..<4 {
                let value = index < count ? values[Int(text[start + index])] : 0
                guard value != 255 else { return nil }
                bits = bits << 6 | UInt32(value)
            }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
            if count > 2 { bytes.append(UInt8(truncatingIfNeeded: bits >> 8)) }
            if count > 3 { bytes.append(UInt8(truncatingIfNeeded: bits)) }
            if count == 2, bits & 0xFFFF != 0 { return nil }
            if count == 3, bits & 0xFF != 0 { return nil }
        }
        return bytes
    }
}
