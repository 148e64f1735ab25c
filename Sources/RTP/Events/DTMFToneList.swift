/// The keys that are still to be played, in order. Storage is in the value: the audio thread may copy and drop it at will.
package struct DTMFToneList: Sendable {
    /// The most keys that a list holds; at the shortest pace they last for fifteen seconds.
    package static let capacity = 255

    private var characters = InlineArray<256, UInt8>(repeating: 0)
    private var next = 0
    private var end = 0

    /// None.
    package init() {}

    /// From text such as `1,2#`; `nil` where a character is no tone, or there are more than 255.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.capacity else { return nil }
        for character in text.utf8 {
            guard let tone = DTMFTone(character: character) else { return nil }
            characters[end] = tone.character
            end += 1
        }
    }

    package var count: Int { end - next }
    package var isEmpty: Bool { next == end }

    /// The next tone, which is taken out.
    package mutating func removeFirst() -> DTMFTone? {
        guard next < end else { return nil }
        defer { next += 1 }
        return DTMFTone(character: characters[next])
    }
}
