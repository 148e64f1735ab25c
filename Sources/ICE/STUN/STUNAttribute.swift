import Primitives

/// One attribute of a STUN message, its value still as the bytes on the wire (RFC 8489 §14).
package struct STUNAttribute: Sendable, Hashable {
    package let type: STUNAttributeType
    /// Without the padding to a multiple of four.
    package let value: [UInt8]

    package init(_ type: STUNAttributeType, value: [UInt8]) {
        self.type = type
        self.value = value
    }

    package static func username(_ name: String) -> Self { Self(.username, value: Array(name.utf8)) }
    package static func software(_ name: String) -> Self { Self(.software, value: Array(name.utf8)) }
    /// The priority that a peer-reflexive candidate found by this check would have (RFC 8445 §7.1.1).
    package static func priority(_ value: UInt32) -> Self { Self(.priority, integer: UInt64(value), byteCount: 4) }
    package static let useCandidate = Self(.useCandidate, value: [])
    package static func iceControlled(_ tieBreaker: UInt64) -> Self {
        Self(.iceControlled, integer: tieBreaker, byteCount: 8)
    }
    package static func iceControlling(_ tieBreaker: UInt64) -> Self {
        Self(.iceControlling, integer: tieBreaker, byteCount: 8)
    }

    /// RFC 8489 §14.8: the hundreds in the third byte, the rest in the fourth.
    package static func errorCode(_ code: STUNErrorCode) -> Self {
        let number = [0, 0, UInt8(truncatingIfNeeded: code.rawValue / 100), UInt8(code.rawValue % 100)]
        return Self(.errorCode, value: number + Array(code.reason.utf8))
    }

    package static func unknownAttributes(_ types: [STUNAttributeType]) -> Self {
        var writer = ByteWriter()
        for type in types { writer.write(type.rawValue) }
        return Self(.unknownAttributes, value: writer.bytes)
    }

    /// RFC 8489 §14.2: masked, so that a NAT that rewrites addresses in payloads does not recognise it.
    package static func xorMappedAddress(_ address: SocketAddress, _ transactionID: STUNTransactionID) -> Self {
        Self(.xorMappedAddress, value: STUNAddressCoding.write(address, mask: .transaction(transactionID)))
    }

    private init(_ type: STUNAttributeType, integer: UInt64, byteCount: Int) {
        let bytes = (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: integer >> UInt64(8 * $0)) }
        self.init(type, value: bytes)
    }
}
