/// What an agent is to use beside its own addresses.
package struct ICEConfiguration: Sendable, Hashable {
    /// `RTCIceTransportPolicy` (webrtc-pc §4.2.4).
    package enum Policy: Sendable, Hashable {
        case all
        /// Relayed candidates alone, and no word about any other address.
        case relay
    }

    /// Asked from each base of the same address family.
    package var servers: [STUNServer]
    /// Asked for an address of theirs: by UDP from each base that reaches them, by TCP and TLS once each.
    package var relays: [RelayServer]
    /// Counts for what is gathered from then on.
    package var policy: Policy

    package init(servers: [STUNServer] = [], relays: [RelayServer] = [], policy: Policy = .all) {
        self.servers = servers
        self.relays = relays
        self.policy = policy
    }
}
