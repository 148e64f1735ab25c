/// A name and value at the end of a candidate attribute that we carry without using it (RFC 8839 §5.1), such as `generation 0`.
package struct CandidateExtension: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
