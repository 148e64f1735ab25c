import Primitives

/// The methods and attributes of TURN (RFC 8656 §17, §18).
extension STUNMessage {
    static let allocate: UInt16 = 0x003
    static let refresh: UInt16 = 0x004
    static let send: UInt16 = 0x006
    static let data: UInt16 = 0x007
    static let createPermission: UInt16 = 0x008
    static let channelBind: UInt16 = 0x009

    var realm: [UInt8]? { value(.realm) }
    var nonce: [UInt8]? { value(.nonce) }
    /// The time that an allocation has from now on.
    var lifetime: Duration? {
        guard let value = value(.lifetime), value.count == 4 else { return nil }
        return .seconds(Int64(value.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }))
    }
    /// The address at the relay where peers reach the client.
    var relayedAddress: SocketAddress? { xorAddress(.xorRelayedAddress) }
    var peerAddress: SocketAddress? { xorAddress(.xorPeerAddress) }
    var relayedData: [UInt8]? { value(.data) }
    /// Where to ask instead (RFC 8489 §14.15).
    var alternateServer: SocketAddress? { value(.alternateServer).flatMap { STUNAddressCoding.parse($0, mask: .none) } }
    /// The words that a server gave with its error, without control characters.
    var errorReason: String {
        guard let value = value(.errorCode), value.count > 4 else { return errorCode?.reason ?? "" }
        return String(String(decoding: value.dropFirst(4).prefix(512), as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 })
    }

    private func xorAddress(_ type: STUNAttributeType) -> SocketAddress? {
        value(type).flatMap { STUNAddressCoding.parse($0, mask: .transaction(transactionID)) }
    }
}

extension STUNAttribute {
    /// UDP between relay and peer (RFC 8656 §18.7).
    static let requestedTransportUDP = Self(.requestedTransport, value: [17, 0, 0, 0])

    static func lifetime(_ duration: Duration) -> Self {
        let seconds = UInt32(clamping: duration.components.seconds)
        return Self(.lifetime, value: (0..<4).reversed().map { UInt8(truncatingIfNeeded: seconds >> (8 * UInt32($0))) })
    }
    static func xorPeerAddress(_ address: SocketAddress, _ transactionID: STUNTransactionID) -> Self {
        Self(.xorPeerAddress, value: STUNAddressCoding.write(address, mask: .transaction(transactionID)))
    }
    static func xorRelayedAddress(_ address: SocketAddress, _ transactionID: STUNTransactionID) -> Self {
        Self(.xorRelayedAddress, value: STUNAddressCoding.write(address, mask: .transaction(transactionID)))
    }
    static func channelNumber(_ number: UInt16) -> Self {
        Self(.channelNumber, value: [UInt8(number >> 8), UInt8(truncatingIfNeeded: number), 0, 0])
    }
}
