import Primitives

/// What authenticates the connectivity checks of one end for one ICE session (RFC 8445 §5.3).
package struct ICECredentials: Sendable, Hashable {
    /// `ice-ufrag`: 4 to 256 characters.
    package let usernameFragment: String
    /// `ice-pwd`: 22 to 256 characters.
    package let password: String

    /// Takes what a description says. Beyond the `ice-char` of RFC 8839 §5.4, other visible ASCII is let through, since peers
    /// use it and nothing here depends on the alphabet; a colon is not, since it ends the fragment in USERNAME.
    package init(usernameFragment: String, password: String) throws(ICEError) {
        func isVisible(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
        guard (4...256).contains(usernameFragment.utf8.count), isVisible(usernameFragment), !usernameFragment.contains(":")
        else {
            throw ICEError(.malformedCredentials, "ice-ufrag needs 4 to 256 characters: “\(usernameFragment)”")
        }
        guard (22...256).contains(password.utf8.count), isVisible(password) else {
            throw ICEError(.malformedCredentials, "ice-pwd needs 22 to 256 characters, has \(password.utf8.count)")
        }
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// New ones: 48 random bits in the fragment and 144 in the password, of which RFC 8445 §5.3 asks for 24 and 128.
    package init(random: inout RandomSource) {
        usernameFragment = random.iceCharacters(8)
        password = random.iceCharacters(24)
    }

    /// The key of MESSAGE-INTEGRITY for messages to the owner of these credentials (RFC 8489 §9.1.1).
    var key: [UInt8] { Array(password.utf8) }
}
