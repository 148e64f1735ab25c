/// `a=fmtp:111 minptime=10;useinbandfec=1` (RFC 8866 §6.15).
package struct FormatParameters: Sendable, Hashable {
    package var format: String
    /// As written.
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

    /// The `name=value` pairs, names in lower case; a bare word has an empty value. The last of two with one name holds.
    package var parameters: [String: String] {
        var result: [String: String] = [:]
        for part in text.utf8Split(at: ";") {
            let part = part.trimmed()
            guard !part.isEmpty else { continue }
            if let (name, value) = part.splitOnce(at: "=") {
                result[name.trimmed().lowercased()] = value.trimmed()
            } else {
                result[part.lowercased()] = ""
            }
        }
        return result
    }
}
