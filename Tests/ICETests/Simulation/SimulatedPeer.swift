import Primitives

@testable import ICE

/// An agent with its sockets, and what it has said.
struct SimulatedPeer {
    var agent: ICEAgent
    /// Bound sockets.
    var sockets: [SocketAddress]
    var wakeAt: Instant?
    var events: [(time: Instant, event: ICEAgent.Event)] = []
    /// Datagrams that were not STUN: data.
    var received: [Datagram] = []
    /// How many datagrams it has sent, and when the last.
    var sent: [(time: Instant, datagram: Datagram)] = []

    func states(since start: Instant = .zero) -> [ICEState] {
        events.filter { $0.time >= start }.compactMap { entry in
            if case .stateChanged(let state) = entry.event { state } else { nil }
        }
    }

    func time(of wanted: ICEState) -> Instant? {
        events.first { $0.event == .stateChanged(wanted) }?.time
    }

    func time(of wanted: ICEAgent.Event) -> Instant? { events.first { $0.event == wanted }?.time }

    var candidates: [ICECandidate] {
        events.compactMap { entry in
            if case .localCandidate(let candidate) = entry.event { candidate } else { nil }
        }
    }

    var selections: [CandidatePair] {
        events.compactMap { entry in
            if case .selectedPairChanged(let pair) = entry.event { pair } else { nil }
        }
    }

    func count(of wanted: ICEAgent.Event) -> Int { events.count { $0.event == wanted } }
}
