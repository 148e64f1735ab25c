/// The credentials of one side's agent (RFC 8839 §5.4; webrtc-pc `RTCIceParameters`).
package struct ICEParameters: Sendable, Hashable {
    package var usernameFragment: String
    package var password: String

    package init(usernameFragment: String, password: String) {
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// RFC 8839 §5.4 `ice-char`; `-` and `_` are none, and common.
    private static func isICECharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        case _: false
        }
    }

    /// Whether lengths and characters are what RFC 8839 §5.4 allows; the reason where not.
    var complaint: String? {
        if !(4...256).contains(usernameFragment.utf8.count) { return "ICE ufrag must be between 4 and 256 characters long." }
        if !(22...256).contains(password.utf8.count) { return "ICE pwd must be between 22 and 256 characters long." }
        let characters = Array(usernameFragment.utf8) + Array(password.utf8)
        guard characters.allSatisfy(Self.isICECharacter) else { return "ICE ufrag and pwd have letters, digits, '+' and '/' only." }
        return nil
    }
}
