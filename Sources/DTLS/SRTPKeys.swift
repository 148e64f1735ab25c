/// The master keys and salts that a handshake gives to SRTP (RFC 5764 §4.2).
package struct SRTPKeys: Sendable, Hashable {
    package var profile: SRTPProtectionProfile
    /// Protects what we send.
    package var localKey: [UInt8]
    package var localSalt: [UInt8]
    /// Protects what the peer sends.
    package var remoteKey: [UInt8]
    package var remoteSalt: [UInt8]

    /// RFC 5764 §4.2: the exporter's bytes are the client's key, the server's key, the client's salt, the server's salt.
    init(profile: SRTPProtectionProfile, exported: [UInt8], role: DTLSSession.Role) {
        let key = profile.keyByteCount
        let salt = profile.saltByteCount
        precondition(exported.count == 2 * (key + salt), "the exporter gives as many bytes as it was asked for")
        let clientKey = Array(exported[0..<key])
        let serverKey = Array(exported[key..<2 * key])
        let clientSalt = Array(exported[2 * key..<2 * key + salt])
        let serverSalt = Array(exported[2 * key + salt..<2 * (key + salt)])
        self.profile = profile
        switch role {
        case .client: (localKey, localSalt, remoteKey, remoteSalt) = (clientKey, clientSalt, serverKey, serverSalt)
        case .server: (localKey, localSalt, remoteKey, remoteSalt) = (serverKey, serverSalt, clientKey, clientSalt)
        }
    }
}
