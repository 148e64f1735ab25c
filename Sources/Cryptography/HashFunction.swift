import COpenSSL

/// A hash function that a protocol names.
package enum HashFunction: String, Sendable, Hashable, CaseIterable {
    /// For TURN's long-term credentials only (RFC 8489 §9.2.2): it protects nothing by itself.
    case md5
    /// Weak, and still seen in fingerprints of old endpoints (RFC 8122 §5).
    case sha1 = "sha-1"
    case sha224 = "sha-224"
    case sha256 = "sha-256"
    case sha384 = "sha-384"
    case sha512 = "sha-512"

    /// Bytes of a digest.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of `message`.
    package func digest(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
            var written: UInt32 = 0
            let done = message.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, digest.baseAddress, &written, algorithm, nil) }
            // OpenSSL refuses only what an administrator forbade, MD5 in FIPS mode.
            precondition(done == 1, "OpenSSL computes \(rawValue)")
            count = Int(written)
        }
    }

    /// OpenSSL's table of the function; static, never freed.
    private var algorithm: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha224: EVP_sha224()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
