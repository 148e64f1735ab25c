import Primitives

/// The random names descriptions need.
extension RandomSource {
    /// A random UUID (RFC 9562 §5.4), which is what Chromium's track and stream ids are.
    mutating func uuid() -> String {
        var bytes = self.bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Credentials of the lengths Chromium has: 24 and 144 bits (RFC 8839 §5.4 asks for 24 and 128).
    mutating func iceParameters() -> ICEParameters {
        ICEParameters(usernameFragment: iceCharacters(4), password: iceCharacters(24))
    }
}
