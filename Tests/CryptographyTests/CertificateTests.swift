import COpenSSL
import Cryptography
import Primitives
import Testing

@Suite("Certificate")
struct CertificateTests {
    private static let now: Int64 = 1_750_000_000

    @Test("A certificate is signed by its own key, on P-256, with SHA-256")
    func selfSigned() throws {
        let certificate = try Certificate.make(unixSeconds: Self.now)
        #expect(X509_verify(certificate.x509, certificate.key) == 1)
        #expect(X509_get_signature_nid(certificate.x509) == NID_ecdsa_with_SHA256)
        #expect(EVP_PKEY_get_bits(certificate.key) == 256)
        #expect(X509_get_version(certificate.x509) == 2)
    }

    @Test("It is valid from a day ago for thirty days from now")
    func validity() throws {
        let certificate = try Certificate.make(unixSeconds: Self.now)
        let day: Int64 = 86_400
        for (time, isValid) in [
            (Self.now - day - 1, false), (Self.now - day + 1, true), (Self.now, true), (Self.now + 30 * day - 1, true),
            (Self.now + 30 * day + 1, false),
        ] {
            var time = time_t(time)
            let begins = X509_cmp_time(X509_get0_notBefore(certificate.x509), &time) < 0
            let lasts = X509_cmp_time(X509_get0_notAfter(certificate.x509), &time) > 0
            #expect((begins && lasts) == isValid)
        }
        #expect(certificate.expirySeconds == Self.now + 30 * day)
    }

    @Test("Two certificates have different keys, serial numbers and fingerprints")
    func distinct() throws {
        let first = try Certificate.make(unixSeconds: Self.now)
        let second = try Certificate.make(unixSeconds: Self.now)
        #expect(first.der != second.der)
        #expect(first.fingerprint != second.fingerprint)
        #expect(ASN1_INTEGER_cmp(X509_get0_serialNumber(first.x509), X509_get0_serialNumber(second.x509)) != 0)
        #expect(EVP_PKEY_eq(first.key, second.key) == 0)
    }

    @Test("A serial number is positive and has sixteen bytes, whatever the dice say")
    func serial() throws {
        for seed in UInt64(0)..<8 {
            let certificate = try Certificate.make(unixSeconds: Self.now, random: RandomSource(seed: seed))
            let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.x509), nil)
            defer { BN_free(number) }
            #expect(BN_is_negative(number) == 0)
            #expect(BN_num_bits(number) == 127)
        }
    }

    @Test("The fingerprint is the SHA-256 of the DER encoding, which is what OpenSSL reads back")
    func fingerprint() throws {
        let certificate = try Certificate.make(unixSeconds: Self.now)
        #expect(certificate.fingerprint.algorithm == .sha256)
        #expect(certificate.fingerprint.bytes == HashFunction.sha256.digest(certificate.der))
        let read = certificate.der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_X509(nil, &start, buffer.count)
        }
        defer { X509_free(read) }
        #expect(X509_cmp(read, certificate.x509) == 0)
    }
}
