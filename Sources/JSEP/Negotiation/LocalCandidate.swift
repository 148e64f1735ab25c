/// A candidate of ours with the place it has in the description, as the page's `icecandidate` event names it.
package struct LocalCandidate: Sendable, Hashable {
    /// `candidate:…`
    package var candidate: String
    package var sdpMid: String
    package var sdpMLineIndex: Int
    package var usernameFragment: String

    package init(candidate: String, sdpMid: String, sdpMLineIndex: Int, usernameFragment: String) {
        self.candidate = candidate
        self.sdpMid = sdpMid
        self.sdpMLineIndex = sdpMLineIndex
        self.usernameFragment = usernameFragment
    }
}
