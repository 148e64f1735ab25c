import Primitives

/// A base and a remote candidate, and how the checks between them fare.
///
/// Pairs are made from bases alone: RFC 8445 §6.1.2.4 has a reflexive candidate replaced by its base, since that is where its
/// datagrams leave. The candidate that a check proves is in `path`.
struct CheckPair: Sendable {
    /// Unique in the agent.
    let id: Int
    /// The candidate of the base itself: host or relayed.
    let local: ICECandidate
    let base: LocalBase
    var remote: ICECandidate
    /// Where datagrams to the remote candidate go: its address, with the base's zone where that is needed.
    let remoteAddress: SocketAddress
    /// RFC 8445 §6.1.2.3.
    var priority: UInt64
    var state = PairState.waiting
    /// Present once a check has been answered, until consent ends.
    var path: ValidPath?
    var nomination = Nomination.none
    /// The check that is retransmitted.
    var currentCheck: STUNTransactionID?
    /// When the last check began.
    var checkedAt: Instant?
    /// When a request of the peer last made us check.
    var triggeredAt: Instant?
    /// When the peer last named it with USE-CANDIDATE.
    var namedAt: Instant?
    /// When the peer last refused our USE-CANDIDATE.
    var refusedAt: Instant?

    var requestsSent = 0
    var requestsReceived = 0
    var responsesSent = 0
    var responsesReceived = 0
    var consentRequestsSent = 0
    var currentRoundTripTime: Duration?
    var totalRoundTripTime = Duration.zero
    var roundTripTimeMeasurements = 0

    init(id: Int, local: ICECandidate, base: LocalBase, remote: ICECandidate, remoteAddress: SocketAddress, isControlling: Bool) {
        self.id = id
        self.local = local
        self.base = base
        self.remote = remote
        self.remoteAddress = remoteAddress
        priority = Self.priority(local: local, remote: remote, isControlling: isControlling)
    }

    /// RFC 8445 §6.1.2.6: pairs of one foundation are likely to fare alike.
    func resembles(_ other: CheckPair) -> Bool {
        local.foundation == other.local.foundation && remote.foundation == other.remote.foundation
    }

    /// Whether a check has yet to tell.
    var isUnsettled: Bool {
        switch state {
        case .frozen, .waiting, .inProgress: true
        case .succeeded, .failed: false
        }
    }

    mutating func updatePriority(isControlling: Bool) {
        priority = Self.priority(local: local, remote: remote, isControlling: isControlling)
    }

    private static func priority(local: ICECandidate, remote: ICECandidate, isControlling: Bool) -> UInt64 {
        isControlling
            ? CandidatePriority.pair(controlling: local.priority, controlled: remote.priority)
            : CandidatePriority.pair(controlling: remote.priority, controlled: local.priority)
    }
}
