import Cryptography
import Primitives

/// A certificate as RTCCertificateStats shows it (webrtc-stats §8.21).
struct CertificateText {
    let fingerprint: String
    let algorithm: String
    let base64: String

    init(der: [UInt8]) {
        let hash = CertificateFingerprint(of: der)
        fingerprint = hash.hexadecimal
        algorithm = hash.algorithm.rawValue
        base64 = Base64.encode(der)
    }
}
