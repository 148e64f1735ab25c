import Cryptography

/// Long-term credentials as a server asked for them (RFC 8489 §9.2).
///
/// With MD5 and HMAC-SHA1, which every server takes; PASSWORD-ALGORITHMS and USERHASH (§9.2.1) are for servers that drop these.
struct RelayCredentials: Sendable {
    let username: String
    var realm: [UInt8]
    var nonce: [UInt8]
    /// RFC 8489 §9.2.2: the digest of name, realm and password.
    private(set) var key: [UInt8]

    init(server: RelayServer, realm: [UInt8], nonce: [UInt8]) {
        username = server.username
        self.realm = realm
        self.nonce = nonce
        let colon = UInt8(ascii: ":")
        key = HashFunction.md5.digest(Array(server.username.utf8) + [colon] + realm + [colon] + Array(server.credential.utf8))
    }

    var attributes: [STUNAttribute] {
        [.username(username), STUNAttribute(.realm, value: realm), STUNAttribute(.nonce, value: nonce)]
    }
}
