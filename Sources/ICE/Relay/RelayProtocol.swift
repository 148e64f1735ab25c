/// How a client reaches its relay (webrtc-stats `relayProtocol`). To peers, a relay always speaks UDP.
package enum RelayProtocol: String, Sendable, Hashable, CaseIterable {
    case udp
    case tcp
    case tls

    /// Whether messages travel in a stream of bytes.
    var isStream: Bool { self != .udp }

    /// Higher is better: a stream makes later datagrams wait for one that was lost.
    var rank: UInt16 {
        switch self {
        case .udp: 2
        case .tcp: 1
        case .tls: 0
        }
    }
}
