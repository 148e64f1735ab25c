/// `a=rtcp-fb:96 nack pli` (RFC 4585 §4.2).
package struct RTCPFeedback: Sendable, Hashable {
    /// A payload type, or `*` for all.
    package var format: String
    package var text: String

    package init(format: String, text: String) {
        self.format = format
        self.text = text
    }

    package init?(parsing value: String) {
        guard let (format, text) = value.splitOnce(at: " "), !format.isEmpty else { return nil }
        self.init(format: format, text: text.trimmed())
    }

    package var value: String { "\(format) \(text)" }
}
