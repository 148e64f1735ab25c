/// How packets are protected (IANA, “DTLS-SRTP Protection Profiles”).
package enum SRTPProfile: UInt16, Sendable, Hashable, CaseIterable {
    /// AES-CM with 128 bits, HMAC-SHA1 cut to 80 bits (RFC 5764 §4.1.2).
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case aes128CMSHA1_80 = 0x0001
    /// AES-GCM with 128 bits (RFC 7714 §14.2).
    case aeadAES128GCM = 0x0007
    /// AES-GCM with 256 bits (RFC 7714 §14.2).
    case aeadAES256GCM = 0x0008

    /// Bytes of a master key.
    package var keyByteCount: Int {
        switch self {
        case .aes128CMSHA1_80, .aeadAES128GCM: 16
        case .aeadAES256GCM: 32
        }
    }

    /// Bytes of a master salt (RFC 5764 §4.1.2, RFC 7714 §12).
    package var saltByteCount: Int {
        switch self {
        case .aes128CMSHA1_80: 14
        case .aeadAES128GCM, .aeadAES256GCM: 12
        }
    }

    /// The name that RTCTransportStats.srtpCipher takes: the IANA registry's.
    package var name: String {
        switch self {
        case .aes128CMSHA1_80: "SRTP_AES128_CM_HMAC_SHA1_80"
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        case .aeadAES256GCM: "SRTP_AEAD_AES_256_GCM"
        }
    }
}
