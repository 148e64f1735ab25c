/// A description as the page sees it: `{type, sdp}`.
package struct DescriptionText: Sendable, Hashable {
    package var type: DescriptionType
    package var sdp: String

    package init(type: DescriptionType, sdp: String) {
        self.type = type
        self.sdp = sdp
    }
}
