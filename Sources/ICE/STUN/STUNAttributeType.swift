/// What a STUN attribute means (IANA registry “STUN Attributes”).
package struct STUNAttributeType: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let mappedAddress = Self(rawValue: 0x0001)
    package static let username = Self(rawValue: 0x0006)
    package static let messageIntegrity = Self(rawValue: 0x0008)
    package static let errorCode = Self(rawValue: 0x0009)
    package static let unknownAttributes = Self(rawValue: 0x000A)
    package static let channelNumber = Self(rawValue: 0x000C)
    package static let lifetime = Self(rawValue: 0x000D)
    package static let xorPeerAddress = Self(rawValue: 0x0012)
    package static let data = Self(rawValue: 0x0013)
    package static let realm = Self(rawValue: 0x0014)
    package static let nonce = Self(rawValue: 0x0015)
    package static let xorRelayedAddress = Self(rawValue: 0x0016)
    package static let requestedTransport = Self(rawValue: 0x0019)
    package static let messageIntegritySHA256 = Self(rawValue: 0x001C)
    package static let xorMappedAddress = Self(rawValue: 0x0020)
    package static let priority = Self(rawValue: 0x0024)
    package static let useCandidate = Self(rawValue: 0x0025)
    package static let software = Self(rawValue: 0x8022)
    package static let alternateServer = Self(rawValue: 0x8023)
    package static let fingerprint = Self(rawValue: 0x8028)
    package static let iceControlled = Self(rawValue: 0x8029)
    package static let iceControlling = Self(rawValue: 0x802A)

    /// Whether a receiver that does not know the attribute must refuse the message (RFC 8489 §14).
    package var isComprehensionRequired: Bool { rawValue < 0x8000 }

    /// The comprehension-required attributes that this module knows, whether or not it uses them.
    static let comprehended: Set<STUNAttributeType> = [
        .mappedAddress, .username, .messageIntegrity, .errorCode, .unknownAttributes, .realm, .nonce,
        .messageIntegritySHA256, .xorMappedAddress, .priority, .useCandidate,
    ]
}
