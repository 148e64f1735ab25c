/// The credentials of one side's agent (RFC 8839 §5.4; webrtc-pc `RTCIceParameters`).
package struct ICEParameters: Sendable, Hashable {
    package var usernameFragment: String
    package var password: String

    package init(usernameFragment: String, password: String) {
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// Whether the lengths are what RFC 8839 §5.4 allows; the reason where not.
    var complaint: String? {
        if !(4...256).contains(usernameFragment.utf8.count) { return "ICE ufrag must be between 4 and 256 characters long." }
        if !(22...256).contains(password.utf8.count) { return "ICE pwd must be between 22 and 256 characters long." }
        return nil
    }
}
