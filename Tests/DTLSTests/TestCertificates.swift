import COpenSSL
import Cryptography

/// Certificates made once for all tests.
enum TestCertificates {
    static let first = make(nearend_make_p256_key())
    static let second = make(nearend_make_p256_key())
    static let rsa = make(nearend_make_rsa_key(2048))
    /// So large that its certificate does not fit a datagram.
    static let largeRSA = make(nearend_make_rsa_key(4096))
    /// As weak as endpoints of ten years ago.
    static let weakRSA = make(nearend_make_rsa_key(1024))

    private static func make(_ key: OpaquePointer?) -> Certificate {
        guard let key, let certificate = try? Certificate(adopting: key, unixSeconds: 1_750_000_000, random: .system) else {
            fatalError("OpenSSL makes a certificate")
        }
        return certificate
    }
}
