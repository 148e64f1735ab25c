import COpenSSL
import Primitives

/// A certificate of our own and its private key, the identity that DTLS shows and session descriptions promise.
///
/// Self-signed: nobody vouches for it but the fingerprint in the description (RFC 8827 §6.5). One is made for the whole process and
/// shared by all its connections; making it costs a key pair and a signature.
///
/// `@unchecked Sendable`: the pointers never change after `init`, OpenSSL only reads what they point to, and its reference counts are
/// atomic.
package final class Certificate: @unchecked Sendable {
    /// How long the certificate is valid from now: as long as browsers give theirs (webrtc-pc §4.9.1).
    private static let validity = Duration.seconds(30 * 86_400)
    /// How far back its validity begins, for peers whose clock is slow.
    private static let allowance = Duration.seconds(86_400)
    /// Bytes of the serial number; RFC 5280 §4.1.2.2 allows at most 20.
    private static let serialByteCount = 16

    /// `EVP_PKEY`, the private key. Owned.
    package let key: OpaquePointer
    /// `X509`, the certificate. Owned.
    package let x509: OpaquePointer
    /// The certificate as DTLS sends it.
    package let der: [UInt8]
    /// What `a=fingerprint` says (RFC 8827 §6.5 asks for SHA-256).
    package let fingerprint: CertificateFingerprint
    /// When the certificate ceases to be valid: seconds since 1970, for `RTCCertificate.expires`.
    package let expirySeconds: Int64

    /// The kind of key that a certificate is made for.
    package enum Key: Sendable {
        /// ECDSA on P-256, which every endpoint accepts (RFC 8827 §6.5).
        case p256
        /// For pages that ask for it. Making one takes a tenth of a second and more.
        case rsa(bits: Int)
    }

    /// Makes a key and a certificate for it, signed by itself with SHA-256.
    ///
    /// - Parameter unixSeconds: the time of day, seconds since 1970.
    package static func make(key kind: Key = .p256, unixSeconds: Int64, random: RandomSource = .system) throws(CryptographyError) -> Certificate {
        let key =
            switch kind {
            case .p256: nearend_make_p256_key()
            case .rsa(let bits): nearend_make_rsa_key(UInt32(bits))
            }
        guard let key else { throw CryptographyError(.certificateNotMade, "OpenSSL cannot make such a key: \(kind)") }
        return try Certificate(adopting: key, unixSeconds: unixSeconds, random: random)
    }

    /// Makes a certificate for a key and takes ownership of the key.
    package init(adopting key: OpaquePointer, unixSeconds: Int64, random: RandomSource) throws(CryptographyError) {
        guard let x509 = X509_new() else {
            EVP_PKEY_free(key)
            throw CryptographyError(.certificateNotMade, "OpenSSL cannot make a certificate")
        }
        self.key = key
        self.x509 = x509
        expirySeconds = unixSeconds + Self.validity.components.seconds
        var random = random
        let serial = random.bytes(Self.serialByteCount)
        guard Self.fill(x509, key: key, serial: serial, unixSeconds: unixSeconds), let der = Self.derBytes(of: x509) else {
            EVP_PKEY_free(key)
            X509_free(x509)
            throw CryptographyError(.certificateNotMade, "OpenSSL cannot sign a certificate")
        }
        self.der = der
        fingerprint = CertificateFingerprint(of: der)
    }

    deinit {
        X509_free(x509)
        EVP_PKEY_free(key)
    }

    /// The DER encoding of an `X509` of OpenSSL.
    package static func derBytes(of x509: OpaquePointer) -> [UInt8]? {
        let length = i2d_X509(x509, nil)
        guard length > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var end = buffer.baseAddress
            count = Int(max(0, i2d_X509(x509, &end)))
        }
    }

    private static func fill(_ x509: OpaquePointer, key: OpaquePointer, serial: [UInt8], unixSeconds: Int64) -> Bool {
        // Version 3 is written as 2 (RFC 5280 §4.1.2.1).
        guard X509_set_version(x509, 2) == 1 else { return false }
        // A serial number is positive (RFC 5280 §4.1.2.2): the first bit clear, the second set so that none is zero.
        var serial = serial
        serial[0] = serial[0] & 0x7F | 0x40
        guard let number = BN_bin2bn(serial, Int32(serial.count), nil) else { return false }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != nil else { return false }
        var from = time_t(unixSeconds - allowance.components.seconds)
        var to = time_t(unixSeconds + validity.components.seconds)
        guard X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &from) != nil,
            X509_time_adj_ex(X509_getm_notAfter(x509), 0, 0, &to) != nil
        else { return false }
        // The name says nothing about whoever is calling: RFC 8827 §6.5 has only the key matter.
        let name = X509_get_subject_name(x509)
        let commonName = Array("WebRTC".utf8)
        guard X509_NAME_add_entry_by_txt(name, "CN", utf8String, commonName, Int32(commonName.count), -1, 0) == 1 else { return false }
        return X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key) == 1 && X509_sign(x509, key, EVP_sha256()) > 0
    }

    /// `MBSTRING_UTF8`, a macro that Swift does not import.
    private static let utf8String: Int32 = 0x1000
}
