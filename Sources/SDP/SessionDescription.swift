/// A session description (RFC 8866) as a value that can be read, changed and written again.
///
/// Everything that was read is kept, understood or not; only the order between kinds of lines becomes the standard's.
package struct SessionDescription: Sendable, Hashable, AttributeHolder {
    package var origin: SDPOrigin
    /// The `s=` line; `-` where there is nothing to say.
    package var name: String
    /// Session-level lines other than v, o, s and a, in their order: `i u e p c b t r z k` and unknown letters.
    package var lines: [SDPLine]
    package var attributes: [SDPAttribute]
    package var media: [MediaDescription]

    package init(
        origin: SDPOrigin, name: String = "-", lines: [SDPLine] = [SDPLine("t", "0 0")], attributes: [SDPAttribute] = [],
        media: [MediaDescription] = []
    ) {
        self.origin = origin
        self.name = name
        self.lines = lines
        self.attributes = attributes
        self.media = media
    }

    /// All `a=group` lines (RFC 5888 §5).
    package var groups: [SDPGroup] { values(of: "group").compactMap(SDPGroup.init(parsing:)) }
    /// The groups whose sections share one transport (RFC 9143); usually none or one.
    package var bundleGroups: [SDPGroup] { groups.filter { $0.semantics == "BUNDLE" } }
    /// Whether the other side is ICE lite (RFC 8839 §5.3).
    package var isICELite: Bool { has("ice-lite") }

    /// Which section has that identification.
    package func index(ofMid mid: String) -> Int? { media.firstIndex { $0.mid == mid } }

    // MARK: What a section says, or the session for it (RFC 8839 §5.4, RFC 8122 §5, RFC 4145 §4)

    package func iceUsernameFragment(at index: Int) -> String? { media[index].iceUsernameFragment ?? iceUsernameFragment }
    package func icePassword(at index: Int) -> String? { media[index].icePassword ?? icePassword }
    package func fingerprints(at index: Int) -> [SDPFingerprint] {
        let own = media[index].fingerprints
        return own.isEmpty ? fingerprints : own
    }
    package func setup(at index: Int) -> SetupRole? { media[index].setup ?? setup }
    package func direction(at index: Int) -> MediaDirection { media[index].writtenDirection ?? writtenDirection ?? .sendrecv }
    /// RFC 8285 §5: session-level maps hold for every section.
    package func extensionMaps(at index: Int) -> [ExtensionMap] { extensionMaps + media[index].extensionMaps }
    package func allowsMixedExtensions(at index: Int) -> Bool { allowsMixedExtensions || media[index].allowsMixedExtensions }
    /// Whether the sender of this description takes candidates that come later (RFC 8840 §4.1.1).
    package var allowsTrickle: Bool { iceOptions.contains("trickle") || media.contains { $0.iceOptions.contains("trickle") } }
}
