/// A key of a telephone, or the comma that waits: what `insertDTMF` takes (webrtc-pc §7.2).
package struct DTMFTone: Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
    /// The keys in the order of their event codes (RFC 4733 §3.2, table 3).
    private static let keys: StaticString = "0123456789*#ABCD"
    private static let comma = UInt8(ascii: ",")

    /// ASCII: `0`…`9`, `*`, `#`, `A`…`D` or the comma.
    package let character: UInt8

    /// From a character; small letters count as capitals (webrtc-pc §7.2). `nil` for any other.
    package init?(character: UInt8) {
        let capital = (UInt8(ascii: "a")...UInt8(ascii: "d")).contains(character) ? character - 32 : character
        guard capital == Self.comma || Self.code(of: capital) != nil else { return nil }
        self.character = capital
    }

    /// From the code of an event; `nil` for events that are no keys.
    package init?(code: UInt8) {
        guard Int(code) < Self.keys.utf8CodeUnitCount else { return nil }
        character = Self.keys.utf8Start[Int(code)]
    }

    /// The event's code, 0…15; `nil` for the comma.
    package var code: UInt8? { Self.code(of: character) }

    /// Whether it is the comma, which waits two seconds.
    package var isPause: Bool { character == Self.comma }

    package var description: String { String(UnicodeScalar(character)) }

    private static func code(of character: UInt8) -> UInt8? {
        for index in 0..<keys.utf8CodeUnitCount where keys.utf8Start[index] == character { return UInt8(index) }
        return nil
    }
}
