import SDP

/// The lines of the section of data channels (RFC 8841 §9), in the order in which Chromium writes them.
struct DataSectionWriter: Sendable {
    /// Ours; RFC 8841 §5 leaves it open, and everybody has this one.
    static let port: UInt16 = 5000
    /// Largest message that we take, in bytes: Chromium's.
    static let maximumMessageSize = 256 * 1024
    /// What a side that does not say takes (RFC 8841 §6.1).
    static let defaultMaximumMessageSize = 64 * 1024

    var mid: String
    var transportProtocol = "UDP/DTLS/SCTP"
    /// Written as the drafts before RFC 8841 had it, for an offer that is.
    var isDraft = false
    var ice: ICEParameters
    var fingerprints: [SDPFingerprint]
    var setup: SetupRole
    /// Of the transport, where this is the section that shows them.
    var candidates: [String]

    func section() -> MediaDescription {
        var section = MediaDescription(
            kind: "application", transportProtocol: transportProtocol, formats: [isDraft ? String(Self.port) : "webrtc-datachannel"])
        for candidate in candidates { section.append("candidate", candidate) }
        SectionWriter.appendTransport(ice, fingerprints, setup, to: &section)
        section.append("mid", mid)
        if isDraft {
            section.append("sctpmap", "\(Self.port) webrtc-datachannel 1024")
        } else {
            section.append("sctp-port", String(Self.port))
        }
        section.append("max-message-size", String(Self.maximumMessageSize))
        section.placeDefaultCandidate()
        return section
    }

    /// Largest message to send to the author of `section`: Chromium sends no longer ones than it takes.
    static func maximumMessageSize(for section: MediaDescription) -> Int {
        let theirs = section.maximumMessageSize ?? defaultMaximumMessageSize
        return theirs == 0 ? maximumMessageSize : min(theirs, maximumMessageSize)
    }
}
