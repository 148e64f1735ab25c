import SDP

/// A description that was set, together with its text.
struct AppliedDescription: Sendable {
    let type: DescriptionType
    private(set) var session: SessionDescription
    /// What the page reads; always what the writer makes of `session`.
    private(set) var sdp: String

    init(type: DescriptionType, session: SessionDescription) {
        self.type = type
        self.session = session
        sdp = SDPWriter.write(session)
    }

    /// Changes a section, such as by a candidate that was found later.
    mutating func changeSection(at index: Int, _ change: (inout MediaDescription) -> Void) {
        change(&session.media[index])
        sdp = SDPWriter.write(session)
    }

    var text: DescriptionText { DescriptionText(type: type, sdp: sdp) }
}
