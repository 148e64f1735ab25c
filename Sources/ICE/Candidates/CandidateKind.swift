/// How a candidate was found (RFC 8445 §5.1.1), with its name in SDP (RFC 8839 §5.1).
package enum CandidateKind: String, Sendable, Hashable {
    /// An address of the machine.
    case host
    /// An address that a server saw.
    case serverReflexive = "srflx"
    /// An address that the peer saw.
    case peerReflexive = "prflx"
    /// An address of a relay.
    case relayed = "relay"

    /// RFC 8445 §5.1.2.2.
    var typePreference: UInt32 {
        switch self {
        case .host: 126
        case .peerReflexive: 110
        case .serverReflexive: 100
        case .relayed: 0
        }
    }
}
