import Primitives

/// Attributes as values. The first of several alike counts (RFC 8489 §14); one of the wrong length counts as absent.
extension STUNMessage {
    package var username: String? { text(.username) }
    package var software: String? { text(.software) }
    package var priority: UInt32? { integer(.priority, byteCount: 4).map { UInt32(truncatingIfNeeded: $0) } }
    package var usesCandidate: Bool { value(.useCandidate) != nil }
    /// The sender's tie-breaker, where it believes itself controlled (RFC 8445 §7.1.3).
    package var iceControlled: UInt64? { integer(.iceControlled, byteCount: 8) }
    /// The sender's tie-breaker, where it believes itself controlling (RFC 8445 §7.1.3).
    package var iceControlling: UInt64? { integer(.iceControlling, byteCount: 8) }

    /// Where the other end saw the request come from: XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an old server.
    package var mappedAddress: SocketAddress? {
        if let value = value(.xorMappedAddress) {
            return STUNAddressCoding.parse(value, mask: .transaction(transactionID))
        }
        return value(.mappedAddress).flatMap { STUNAddressCoding.parse($0, mask: .none) }
    }

    package var errorCode: STUNErrorCode? {
        guard let value = value(.errorCode), value.count >= 4 else { return nil }
        let hundreds = UInt16(value[2] & 0x07)
        guard (3...6).contains(hundreds), value[3] < 100 else { return nil }
        return STUNErrorCode(rawValue: hundreds * 100 + UInt16(value[3]))
    }

    /// What the other end did not understand (RFC 8489 §14.13).
    package var unknownAttributes: [STUNAttributeType] {
        var reader = ByteReader(value(.unknownAttributes) ?? [])
        var types: [STUNAttributeType] = []
        while let type = reader.readUInt16() { types.append(STUNAttributeType(rawValue: type)) }
        return types
    }

    /// The attributes for which this message must be refused (RFC 8489 §6.3), each once.
    package var uncomprehended: [STUNAttributeType] {
        attributes.reduce(into: []) { types, attribute in
            let type = attribute.type
            guard type.isComprehensionRequired, !STUNAttributeType.comprehended.contains(type), !types.contains(type)
            else { return }
            types.append(type)
        }
    }

    func value(_ type: STUNAttributeType) -> [UInt8]? { attributes.first { $0.type == type }?.value }

    private func text(_ type: STUNAttributeType) -> String? {
        value(type).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private func integer(_ type: STUNAttributeType, byteCount: Int) -> UInt64? {
        guard let value = value(type), value.count == byteCount else { return nil }
        return value.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
