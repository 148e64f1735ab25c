import COpenSSL

/// Codes that prove that who wrote a message knew a key.
package enum MessageAuthentication {
    /// HMAC-SHA1 (RFC 2104), twenty bytes: the MESSAGE-INTEGRITY of STUN (RFC 8489 §14.5).
    package static func hmacSHA1(key: [UInt8], message: [UInt8]) -> [UInt8] {
        hmac(EVP_sha1(), byteCount: 20, key: key, message: message)
    }

    /// HMAC-SHA256 (RFC 2104), thirty-two bytes: MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.6).
    package static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        hmac(EVP_sha256(), byteCount: 32, key: key, message: message)
    }

    /// Whether two codes are equal, in a time that does not tell where they differ.
    package static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return CRYPTO_memcmp(first, second, first.count) == 0
    }

    private static func hmac(_ algorithm: OpaquePointer?, byteCount: Int, key: [UInt8], message: [UInt8]) -> [UInt8] {
        // OpenSSL takes a null key for “the key of the last time”; an empty array may have no address, so give it one.
        let paddedKey = key.isEmpty ? [0] : key
        return [UInt8](unsafeUninitializedCapacity: byteCount) { code, count in
            var written: UInt32 = 0
            let done = HMAC(algorithm, paddedKey, Int32(key.count), message, message.count, code.baseAddress, &written)
            precondition(done != nil && Int(written) == byteCount, "OpenSSL computes HMAC")
            count = byteCount
        }
    }
}
