/// The transport protocol of a candidate (RFC 8839 §5.1). Only UDP is checked; the others are kept as they came.
package enum CandidateTransport: Sendable, Hashable {
    case udp
    case tcp
    /// As written.
    case other(String)

    init(_ text: Substring) {
        switch text.lowercased() {
        case "udp": self = .udp
        case "tcp": self = .tcp
        default: self = .other(String(text))
        }
    }

    var text: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .other(let text): text
        }
    }
}
