import COpenSSL
import Cryptography
import Primitives

/// SRTP as the RFCs describe it, written for these tests alone, to be held against their vectors and then against libsrtp.
enum ReferenceSRTP {
    /// The key derivation function with a rate of zero (RFC 3711 §4.3.1; RFC 7714 §11 uses it too).
    static func derive(label: UInt8, key: [UInt8], salt: [UInt8], count: Int) -> [UInt8] {
        var counter = salt + [UInt8](repeating: 0, count: 14 - salt.count)
        counter[7] ^= label
        return counterMode(key: key, counter: counter + [0, 0], input: [UInt8](repeating: 0, count: count))
    }

    /// AES in counter mode with a key of 128 or 256 bits.
    static func counterMode(key: [UInt8], counter: [UInt8], input: [UInt8]) -> [UInt8] {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_EncryptInit_ex(context, key.count == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr(), nil, key, counter)
        var output = [UInt8](repeating: 0, count: input.count)
        var written: Int32 = 0
        EVP_EncryptUpdate(context, &output, &written, input, Int32(input.count))
        return output
    }

    /// AES-GCM: the ciphertext and the tag of sixteen bytes.
    static func galois(key: [UInt8], initialization: [UInt8], associated: [UInt8], input: [UInt8]) -> [UInt8] {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_EncryptInit_ex(context, key.count == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), nil, key, initialization)
        var output = [UInt8](repeating: 0, count: input.count)
        var written: Int32 = 0
        EVP_EncryptUpdate(context, nil, &written, associated, Int32(associated.count))
        if !input.isEmpty { EVP_EncryptUpdate(context, &output, &written, input, Int32(input.count)) }
        var rest = [UInt8](repeating: 0, count: 16)
        EVP_EncryptFinal_ex(context, &rest, &written)
        var tag = [UInt8](repeating: 0, count: 16)
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
        return output + tag
    }

    /// SRTP with AES-CM and HMAC-SHA1-80, from session keys (RFC 3711 §4.1.1, §4.2.1). A header without sources and extension.
    static func counterModeSRTP(_ packet: [UInt8], rollover: UInt32, key: [UInt8], salt: [UInt8], authenticationKey: [UInt8]) -> [UInt8] {
        let counter = xor(salt + [0, 0], [0, 0, 0, 0] + packet[8..<12] + bigEndian(rollover) + packet[2..<4] + [0, 0])
        let encrypted: [UInt8] = packet[..<12] + counterMode(key: key, counter: counter, input: Array(packet[12...]))
        let code = MessageAuthentication.hmacSHA1(key: authenticationKey, message: encrypted + bigEndian(rollover))
        return encrypted + code[..<10]
    }

    /// SRTP with AES-GCM, from session keys (RFC 7714 §8.1, §8.2). A header without sources and extension.
    static func galoisSRTP(_ packet: [UInt8], rollover: UInt32, key: [UInt8], salt: [UInt8]) -> [UInt8] {
        let initialization = xor(salt, [0, 0] + packet[8..<12] + bigEndian(rollover) + packet[2..<4])
        let header = Array(packet[..<12])
        return header + galois(key: key, initialization: initialization, associated: header, input: Array(packet[12...]))
    }

    /// SRTCP with AES-GCM, encrypted, from session keys (RFC 7714 §9.1, §9.2).
    static func galoisSRTCP(_ packet: [UInt8], index: UInt32, key: [UInt8], salt: [UInt8]) -> [UInt8] {
        let initialization = xor(salt, [0, 0] + packet[4..<8] + [0, 0] + bigEndian(index))
        let header = Array(packet[..<8])
        let trailer = bigEndian(index | 0x8000_0000)
        return header
            + galois(key: key, initialization: initialization, associated: header + trailer, input: Array(packet[8...])) + trailer
    }

    /// SRTCP with AES-CM and HMAC-SHA1-80, encrypted, from session keys (RFC 3711 §3.4).
    static func counterModeSRTCP(_ packet: [UInt8], index: UInt32, key: [UInt8], salt: [UInt8], authenticationKey: [UInt8]) -> [UInt8] {
        let counter = xor(salt + [0, 0], [0, 0, 0, 0] + packet[4..<8] + [0, 0] + bigEndian(index) + [0, 0])
        let encrypted: [UInt8] =
            packet[..<8] + counterMode(key: key, counter: counter, input: Array(packet[8...])) + bigEndian(index | 0x8000_0000)
        return encrypted + MessageAuthentication.hmacSHA1(key: authenticationKey, message: encrypted)[..<10]
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    private static func xor(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] { zip(first, second).map { $0 ^ $1 } }
}
