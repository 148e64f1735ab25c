/// The codecs of a voice call.
package enum AudioCodec: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    /// RFC 6716, RFC 7587.
    case opus
    /// G.711 µ-law (RFC 3551 §4.5.14).
    case pcmu = "PCMU"
    /// G.711 A-law.
    case pcma = "PCMA"

    /// Units a second of the RTP timestamps (RFC 7587 §4.1, RFC 3551 table 4).
    package var clockRate: Int {
        switch self {
        case .opus: 48_000
        case .pcmu, .pcma: 8_000
        }
    }
}
