import Cryptography
import Testing

@Suite("Certificate fingerprint")
struct CertificateFingerprintTests {
    @Test("Each hash function of RFC 8122 is parsed, matched and written")
    func algorithms() throws {
        let certificate: [UInt8] = Array("a certificate, or so we say".utf8)
        for algorithm in HashFunction.allCases where algorithm != .md5 {
            let fingerprint = CertificateFingerprint(of: certificate, algorithm: algorithm)
            let parsed = try #require(CertificateFingerprint(parsing: fingerprint.description))
            #expect(parsed == fingerprint)
            #expect(parsed.matches(certificate))
            #expect(!parsed.matches(certificate + [0]))
        }
    }

    @Test("Capitals and small letters, and stray blanks, make no difference")
    func cases() throws {
        let digest = HashFunction.sha1.digest([])
        let upper = try #require(CertificateFingerprint(parsing: "SHA-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09"))
        let lower = try #require(CertificateFingerprint(parsing: " sha-1  da:39:a3:ee:5e:6b:4b:0d:32:55:bf:ef:95:60:18:90:af:d8:07:09 "))
        #expect(upper == lower)
        #expect(upper.bytes == digest)
        #expect(upper.description == "sha-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09")
    }

    @Test(
        "What is no fingerprint is refused",
        arguments: [
            "", "sha-256", "sha-256 ", "AB:CD", "sha-1 DA:39", "sha-1 DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "sha-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:0G",
            "sha-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:",
            "sha-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09:00",
            "md5 D4:1D:8C:D9:8F:00:B2:04:E9:80:09:98:EC:F8:42:7E", "sha-3 AA", "sha-1 DA:39 A3", "sha-1 é",
        ])
    func refused(text: String) {
        #expect(CertificateFingerprint(parsing: text) == nil)
    }
}
