import Primitives

/// An address at which an end may be reached (RFC 8445 §5.1), with what RFC 8839 §5.1 says about it.
package struct ICECandidate: Sendable, Hashable {
    /// Equal for candidates that are likely to fare alike (RFC 8445 §5.1.1.3). 1 to 32 characters.
    package var foundation: String
    /// 1 to 256; 1 is the only one in use (RTCP is multiplexed).
    package var component: UInt16
    package var transport: CandidateTransport
    package var priority: UInt32
    package var address: CandidateAddress
    package var kind: CandidateKind
    /// `raddr` and `rport`: the base of a reflexive candidate, what a relay saw for a relayed one.
    package var relatedAddress: SocketAddress?
    /// `tcptype` (RFC 6544 §4.5).
    package var tcpType: String?
    /// `ufrag`: the session that a trickled candidate belongs to (RFC 8838, RFC 8840).
    package var usernameFragment: String?
    /// The rest, in order.
    package var extensions: [CandidateExtension]
    /// The server that it came from, of ours only (webrtc-stats `url`).
    package var url: String?
    /// How its relay is reached, of ours only.
    package var relayProtocol: RelayProtocol?

    package init(
        foundation: String, component: UInt16 = 1, transport: CandidateTransport = .udp, priority: UInt32,
        address: CandidateAddress, kind: CandidateKind, relatedAddress: SocketAddress? = nil, tcpType: String? = nil,
        usernameFragment: String? = nil, extensions: [CandidateExtension] = []
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.kind = kind
        self.relatedAddress = relatedAddress
        self.tcpType = tcpType
        self.usernameFragment = usernameFragment
        self.extensions = extensions
    }

    /// The address, where it is one.
    package var socketAddress: SocketAddress? {
        switch address {
        case .ip(let address): address
        case .name: nil
        }
    }
}
