/// One `a=` line: `a=rtcp-mux` or `a=mid:0` (RFC 8866 §5.13).
package struct SDPAttribute: Sendable, Hashable {
    package var name: String
    /// What follows the colon; `nil` where there is none.
    package var value: String?

    package init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }
}
