import Primitives

/// A message of Session Traversal Utilities for NAT (RFC 8489 §5), parsed or about to be written.
package struct STUNMessage: Sendable {
    /// What a message is for; two bits of its type.
    package enum Class: UInt16, Sendable, Hashable {
        case request = 0b00
        case indication = 0b01
        case successResponse = 0b10
        case errorResponse = 0b11
    }

    /// What FINGERPRINT said about a parsed message (RFC 8489 §14.7).
    package enum Fingerprint: Sendable, Hashable {
        /// There was none.
        case absent
        case valid
        /// The bytes are not those that were sent, or this is not STUN.
        case invalid
    }

    /// The method that everything here uses (RFC 8489 §18.2).
    package static let binding: UInt16 = 0x001
    /// The fixed bytes that tell STUN from its predecessor and from other protocols (RFC 8489 §5).
    static let magicCookie: UInt32 = 0x2112_A442
    static let headerLength = 20
    /// RFC 8489 sets no limit; ICE needs nine. A datagram of empty attributes shall not cost more than it is worth.
    static let attributeLimit = 64

    package var messageClass: Class
    /// Twelve bits (RFC 8489 §5).
    package var method: UInt16
    package var transactionID: STUNTransactionID
    /// In the order of the wire, without MESSAGE-INTEGRITY and FINGERPRINT. What came behind MESSAGE-INTEGRITY is not here,
    /// since nothing protects it (RFC 8489 §14.5).
    package var attributes: [STUNAttribute]
    /// What FINGERPRINT said; `.absent` for a message that was not parsed.
    package let fingerprint: Fingerprint
    /// The authenticated bytes and their code, where a parsed message carried MESSAGE-INTEGRITY.
    private let seal: STUNSeal?

    package init(
        _ messageClass: Class, method: UInt16 = binding, transactionID: STUNTransactionID, attributes: [STUNAttribute] = []
    ) {
        precondition(method < 0x1000, "a STUN method has twelve bits")
        self.messageClass = messageClass
        self.method = method
        self.transactionID = transactionID
        self.attributes = attributes
        fingerprint = .absent
        seal = nil
    }

    /// Parses one whole datagram; `nil` where it is not a well-formed STUN message.
    ///
    /// A wrong FINGERPRINT or MESSAGE-INTEGRITY is not malformed: ask `fingerprint` and `isAuthentic(key:)`.
    package init?(parsing bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let type = reader.readUInt16(), type < 0x4000, let length = reader.readUInt16(),
            reader.readUInt32() == Self.magicCookie, let transactionID = STUNTransactionID(reading: &reader),
            Int(length) == reader.remaining, length % 4 == 0, let messageClass = Self.messageClass(of: type)
        else { return nil }
        self.messageClass = messageClass
        method = Self.method(of: type)
        self.transactionID = transactionID

        var attributes: [STUNAttribute] = []
        var seal: STUNSeal?
        var fingerprint = Fingerprint.absent
        var count = 0
        while !reader.isAtEnd {
            let start = reader.position
            count += 1
            guard count <= Self.attributeLimit, fingerprint == .absent,  // RFC 8489 §14.7: FINGERPRINT is the last.
                let rawType = reader.readUInt16(), let length = reader.readUInt16(), let value = reader.readBytes(Int(length)),
                reader.skip(Self.padding(after: value.count))
            else { return nil }
            let type = STUNAttributeType(rawValue: rawType)
            switch type {
            case .fingerprint:
                var field = ByteReader(value)
                guard value.count == 4, let checksum = field.readUInt32() else { return nil }
                fingerprint = checksum == Self.fingerprint(of: bytes[..<start]) ? .valid : .invalid
            case .messageIntegrity where seal == nil:
                guard value.count == STUNSeal.codeLength else { return nil }
                seal = STUNSeal(message: bytes[..<start], code: value)
            default:
                if seal == nil { attributes.append(STUNAttribute(type, value: value)) }
            }
        }
        self.attributes = attributes
        self.fingerprint = fingerprint
        self.seal = seal
    }

    /// Whether MESSAGE-INTEGRITY was there to be checked.
    package var hasIntegrity: Bool { seal != nil }

    /// Whether MESSAGE-INTEGRITY is there and was made with `key` (RFC 8489 §14.5).
    package func isAuthentic(key: [UInt8]) -> Bool { seal?.isValid(key: key) ?? false }

    /// The bytes to send, with MESSAGE-INTEGRITY where a key is given, and FINGERPRINT where wanted.
    package func encoded(key: [UInt8]? = nil, addingFingerprint: Bool = true) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 128)
        writer.write(Self.type(messageClass, method: method))
        writer.write(UInt16(0))
        writer.write(Self.magicCookie)
        transactionID.write(into: &writer)
        for attribute in attributes { Self.write(attribute, into: &writer) }
        if let key {
            let code = STUNSeal.code(over: writer.bytes[...], key: key)
            Self.write(STUNAttribute(.messageIntegrity, value: code), into: &writer)
        }
        // RFC 8489 §14.7: the length counts FINGERPRINT before the checksum is taken.
        writer.overwrite(UInt16(writer.count - Self.headerLength + (addingFingerprint ? 8 : 0)), at: 2)
        if addingFingerprint {
            let checksum = Self.fingerprint(of: writer.bytes[...])
            writer.write(STUNAttributeType.fingerprint.rawValue)
            writer.write(UInt16(4))
            writer.write(checksum)
        }
        return writer.bytes
    }

    private static func write(_ attribute: STUNAttribute, into writer: inout ByteWriter) {
        writer.write(attribute.type.rawValue)
        writer.write(UInt16(attribute.value.count))
        writer.write(attribute.value)
        writer.writeZeros(padding(after: attribute.value.count))
    }

    /// RFC 8489 §14.7: XORed, to differ from other checksums in the same place.
    private static func fingerprint(of bytes: ArraySlice<UInt8>) -> UInt32 { CRC32.checksum(bytes) ^ 0x5354_554E }

    private static func padding(after count: Int) -> Int { (4 - count % 4) % 4 }

    /// RFC 8489 §5, figure 3: the two bits of the class sit at 4 and 8, between those of the method.
    private static func type(_ messageClass: Class, method: UInt16) -> UInt16 {
        let bits = messageClass.rawValue
        return method & 0x00F | (bits & 1) << 4 | (method & 0x070) << 1 | (bits & 2) << 7 | (method & 0xF80) << 2
    }

    private static func messageClass(of type: UInt16) -> Class? { Class(rawValue: type >> 4 & 1 | type >> 7 & 2) }

    private static func method(of type: UInt16) -> UInt16 { type & 0x00F | type >> 1 & 0x070 | type >> 2 & 0xF80 }
}
