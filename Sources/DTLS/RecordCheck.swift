import Primitives

/// Whether a datagram may be shown to OpenSSL.
///
/// RFC 6347 §4.1.2.7 asks that invalid records be dropped in silence. OpenSSL does so with most, but takes a handshake message whose
/// lengths make no sense, a record of a type it does not know, or one that is too short for its cipher (3.0.19), for a reason to end the session; anybody who can send us a
/// datagram could then end a call. What can be seen to be wrong without keys is dropped here.
enum RecordCheck {
    /// The header of a record (RFC 6347 §4.1).
    private static let headerByteCount = 13
    /// The longest handshake message, a chain of certificates, that we would put together.
    private static let longestMessage: UInt32 = 1 << 16

    /// Bytes that AES-GCM adds to a record: a nonce and a tag (RFC 5288 §3). CBC adds more.
    static let overheadOfGCM = 24
    /// Bytes that ChaCha20-Poly1305 adds: a tag (RFC 7905 §2).
    static let overheadOfChaCha = 16

    /// Whether every record that lies whole in the datagram is well formed, and there is one.
    ///
    /// - Parameter overhead: bytes that the cipher adds, and so the fewest that a protected record has.
    static func isPlausible(_ datagram: [UInt8], overhead: Int = overheadOfGCM) -> Bool {
        var reader = ByteReader(datagram)
        var hasRecord = false
        // A record that the end cuts off is dropped by OpenSSL alone, without those before it.
        while reader.remaining >= headerByteCount {
            guard let type = reader.readUInt8(), let version = reader.readUInt16(), let epoch = reader.readUInt16(),
                reader.skip(6), let length = reader.readUInt16()
            else { return false }
            // 254.255 is DTLS 1.0, which a first ClientHello may carry, 254.253 is DTLS 1.2.
            guard (20...23).contains(type), version == 0xFEFF || version == 0xFEFD, length > 0 else { return false }
            guard let record = reader.readSlice(Int(length)) else { break }
            // Epoch 0 is the one without encryption, so its records can be looked into.
            if epoch == 0, !isPlausible(record, type: type) { return false }
            if epoch > 0, record.remaining < overhead { return false }
            hasRecord = true
        }
        return hasRecord
    }

    private static func isPlausible(_ record: ByteReader, type: UInt8) -> Bool {
        var record = record
        switch type {
        case 20:  // ChangeCipherSpec
            return record.remaining == 1 && record.readUInt8() == 1
        case 21:  // Alert: warning or fatal
            return record.remaining == 2 && record.readUInt8().map { (1...2).contains($0) } == true
        case 22:
            while !record.isAtEnd { guard skipHandshakeFragment(&record) else { return false } }
            return true
        default:  // Application data is never sent in the clear.
            return false
        }
    }

    /// RFC 6347 §4.2.2: type, length, message number, offset and length of the fragment.
    private static func skipHandshakeFragment(_ record: inout ByteReader) -> Bool {
        guard let type = record.readUInt8(), let length = record.readUInt24(), record.skip(2), let offset = record.readUInt24(),
            let count = record.readUInt24()
        else { return false }
        switch type {
        // HelloRequest, ClientHello, ServerHello, HelloVerifyRequest, NewSessionTicket, Certificate…ClientKeyExchange, CertificateStatus.
        case 0, 1, 2, 3, 4, 11...16, 22: break
        default: return false
        }
        guard length <= longestMessage, offset + count <= length else { return false }
        return record.skip(Int(count))
    }
}
