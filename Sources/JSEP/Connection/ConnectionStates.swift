import ICE
import Transport

/// The three states of a whole connection, derived from its transports (webrtc-pc §4.3.2–4.3.4). The names are those that the page sees.
package struct ConnectionStates: Sendable, Hashable {
    /// RTCIceGatheringState.
    package enum Gathering: String, Sendable { case new, gathering, complete }
    /// RTCIceConnectionState, but for `completed`.
    package enum ICE: String, Sendable { case new, checking, connected, disconnected, failed, closed }
    /// RTCPeerConnectionState.
    package enum Connection: String, Sendable { case new, connecting, connected, disconnected, failed, closed }

    package var gathering = Gathering.new
    package var ice = ICE.new
    package var connection = Connection.new

    package static let closed = ConnectionStates(gathering: .complete, ice: .closed, connection: .closed)

    package init(gathering: Gathering = .new, ice: ICE = .new, connection: Connection = .new) {
        self.gathering = gathering
        self.ice = ice
        self.connection = connection
    }

    /// What the states of one transport contribute.
    package struct Part: Sendable, Hashable {
        package var gathering: Gathering
        package var ice: ICEState
        package var security: SecureTransport.SecurityState

        package init(gathering: Gathering, ice: ICEState, security: SecureTransport.SecurityState) {
            self.gathering = gathering
            self.ice = ice
            self.security = security
        }
    }

    /// Sums the parts up. Without transports all is new.
    package init(of parts: [Part]) {
        gathering = Self.gathering(of: parts)
        ice = Self.ice(of: parts)
        connection = Self.connection(of: parts)
    }

    /// webrtc-pc §4.3.2: gathering while one gathers; complete when there is one and all are.
    private static func gathering(of parts: [Part]) -> Gathering {
        if parts.contains(where: { $0.gathering == .gathering }) { return .gathering }
        return !parts.isEmpty && parts.allSatisfy { $0.gathering == .complete } ? .complete : .new
    }

    /// webrtc-pc §4.3.4, in the order of its table; but what is completed there stays connected, as it does in Chromium 156 (seen there of both
    /// sides, whether candidates trickle or not): clients tell their pages of each state.
    private static func ice(of parts: [Part]) -> ICE {
        func any(_ states: ICEState...) -> Bool { parts.contains { states.contains($0.ice) } }
        if any(.failed) { return .failed }
        if any(.disconnected) { return .disconnected }
        if parts.allSatisfy({ [.new, .closed].contains($0.ice) }) { return .new }
        if any(.new, .checking) { return .checking }
        return .connected
    }

    /// webrtc-pc §4.3.3, in the order of its table.
    private static func connection(of parts: [Part]) -> Connection {
        func security(_ state: SecureTransport.SecurityState) -> Bool { parts.contains { $0.security == state } }
        func ice(_ state: ICEState) -> Bool { parts.contains { $0.ice == state } }
        if ice(.failed) || security(.failed) { return .failed }
        if ice(.disconnected) { return .disconnected }
        if parts.allSatisfy({ [.new, .closed].contains($0.ice) && [.new, .closed].contains($0.security) }) { return .new }
        if ice(.new) || ice(.checking) || security(.new) || security(.connecting) { return .connecting }
        return .connected
    }
}
