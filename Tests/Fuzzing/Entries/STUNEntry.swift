import ICE

/// A datagram that claims to be STUN.
package enum STUNEntry: FuzzEntry {
    package static let name = "stun"
    private static let key = Array("VOkJxbRl1RmTxUk/WvJxBt".utf8)

    package static func run(_ bytes: [UInt8]) {
        guard let message = STUNMessage(parsing: bytes) else { return }
        _ = (message.username, message.software, message.priority, message.usesCandidate, message.iceControlled, message.iceControlling)
        _ = (message.mappedAddress, message.errorCode, message.unknownAttributes, message.uncomprehended)
        precondition(message.hasIntegrity || !message.isAuthentic(key: key), "only what has a code can be authentic")
        let written = message.encoded(key: key)
        guard let again = STUNMessage(parsing: written) else {
            // Code and fingerprint are attributes too, and may be the ones too many.
            precondition(message.attributes.count > 62 || written.count > 65_535, "what was read can be read again")
            return
        }
        precondition(again.isAuthentic(key: key), "what we have signed is authentic")
        precondition(again.fingerprint == .valid, "what we have marked is marked")
        precondition(again.messageClass == message.messageClass && again.method == message.method, "a type survives")
        precondition(again.transactionID == message.transactionID && again.attributes == message.attributes, "a message survives")
    }
}
