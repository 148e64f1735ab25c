/// `a=group:BUNDLE 0 1` (RFC 5888 §5): sections that belong together.
package struct SDPGroup: Sendable, Hashable {
    package var semantics: String
    /// In order; the first is the tagged one, whose transport a bundle uses (RFC 9143 §7.2). May be empty.
    package var mids: [String]

    package init(semantics: String, mids: [String]) {
        self.semantics = semantics
        self.mids = mids
    }

    package init?(parsing value: String) {
        let fields = value.fields()
        guard let semantics = fields.first else { return nil }
        self.init(semantics: semantics, mids: Array(fields.dropFirst()))
    }

    package var value: String { ([semantics] + mids).joined(separator: " ") }
}
