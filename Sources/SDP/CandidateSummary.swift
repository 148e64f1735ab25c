/// As much of a candidate as a session description needs to know (RFC 8839 §5.1); the ICE agent reads the whole.
package struct CandidateSummary: Sendable, Hashable {
    package var component: UInt16
    /// In lower case: `udp`, `tcp`.
    package var transport: String
    /// An address, or a name such as `….local`.
    package var address: String
    package var port: UInt16
    /// `host`, `srflx`, `prflx`, `relay`.
    package var type: String
    /// The credentials it belongs to, where the candidate says so (as Chromium's events do).
    package var usernameFragment: String?

    /// From `1 1 udp 2122194687 192.0.2.2 42630 typ host …`, with or without `candidate:` and `a=` before it.
    package init?(parsing text: String) {
        let value = Self.attributeValue(of: text)
        // It will be a line of a description, and only one.
        guard !value.utf8.contains(where: { $0 < 0x20 }), AttributeGrammar.isCandidate(value) else { return nil }
        let fields = value.fields()
        guard let component = UInt16(digits: fields[1]), let port = UInt16(digits: fields[5]) else { return nil }
        self.component = component
        transport = fields[2].lowercased()
        address = fields[4]
        self.port = port
        type = fields[7]
        var index = 8
        while index + 1 < fields.count {
            if fields[index] == "ufrag" { usernameFragment = fields[index + 1] }
            index += 2
        }
    }

    /// What stands after `a=candidate:` for that candidate.
    package static func attributeValue(of text: String) -> String {
        var value = Substring(text.trimmed())
        if value.hasPrefix("a=") { value = value.dropFirst(2) }
        if value.hasPrefix("candidate:") { value = value.dropFirst("candidate:".count) }
        return String(value)
    }
}
