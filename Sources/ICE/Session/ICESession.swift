import Primitives

/// Candidates, checks and consent under one set of credentials: what begins anew with a restart (RFC 8445 §9).
///
/// `ICESession+Candidates` forms pairs, `+Requests` and `+Responses` serve the wire, `+Nomination` chooses the pair,
/// `+Timers` does what time demands. The agent owns one session, and the one before it while that still carries data.
struct ICESession: Sendable {
    /// A candidate of ours and the socket behind it.
    struct LocalCandidate: Sendable {
        var candidate: ICECandidate
        let base: LocalBase
    }

    let localCredentials: ICECredentials
    /// `nil` until the peer's description is known.
    var remoteCredentials: ICECredentials?
    /// Whether the peer only answers (RFC 8445 §2.5).
    var remoteIsLite = false
    /// Whether the peer's candidates are complete.
    var remoteHasEnded = false
    /// Whether there was an agent at work before this session, so that it begins in `checking` (webrtc-pc §5.6.4).
    let continuesAnother: Bool

    var bases: [LocalBase] = []
    var localCandidates: [LocalCandidate] = []
    var remoteCandidates: [ICECandidate] = []
    var gatherer = Gatherer()
    var checkList = CheckList()
    var transactions: [CheckTransaction] = []
    var earlyChecks: [EarlyCheck] = []

    /// No check begins before this (RFC 8445 §14.2).
    var nextTurn: Instant?
    /// The pair in use, by its id.
    var selectedID: Int?
    /// When a pair first worked.
    var firstValidAt: Instant?
    /// When a pair was first nominated.
    var firstNominatedAt: Instant?
    /// When the last pair that worked was lost.
    var lostAt: Instant?
    /// The last event that gave reason to hope for a first pair: credentials, a new pair, a check of the peer.
    var lastHopeAt: Instant?
    /// Nothing works and nothing will; only the peer's checks are still answered.
    var hasFailed = false
    /// Role conflicts so far.
    var conflictCount = 0
    /// Our role when a restart began another session: roles are that one's affair now, and this one keeps what its peer knows.
    private(set) var formerRole: ICERole?

    init(localCredentials: ICECredentials, continuesAnother: Bool = false) {
        self.localCredentials = localCredentials
        self.continuesAnother = continuesAnother
    }

    /// The pair in use.
    var selected: CheckPair? { selectedID.flatMap(checkList.index(of:)).map { checkList.pairs[$0] } }

    /// The pair in use as the owner sees it.
    var selectedPair: SelectedPair? {
        guard let pair = selected, let path = pair.path else { return nil }
        return SelectedPair(
            base: pair.base.address, remote: pair.remoteAddress,
            candidates: CandidatePair(local: path.local, remote: pair.remote), isNominated: pair.nomination == .done)
    }

    /// Whether the pair in use answers.
    func isConnected(at now: Instant) -> Bool {
        selected?.path.map { !$0.isSilent(for: ICETiming.disconnection, at: now) } ?? false
    }

    /// webrtc-pc §5.6.4.
    func state(at now: Instant, gatheringIsComplete: Bool) -> ICEState {
        if hasFailed { return .failed }
        if let selected, selected.path != nil {
            guard isConnected(at: now) else { return .disconnected }
            let isComplete =
                selected.nomination == .done && gatheringIsComplete && remoteHasEnded && !checkList.hasUnsettled
            return isComplete ? .completed : .connected
        }
        if lostAt != nil { return .disconnected }
        if remoteCredentials != nil && !remoteCandidates.isEmpty && !bases.isEmpty { return .checking }
        return continuesAnother ? .checking : .new
    }

    /// Whether checks are under way of which none has been answered.
    var awaitsFirstAnswer: Bool { remoteCredentials != nil && selectedID == nil && !hasFailed && checkList.hasUnsettled }

    /// Whether a request with this USERNAME belongs here (RFC 8445 §7.2.2: `ours:theirs`). Before the peer's fragment is
    /// known, any will do.
    func claims(_ fragments: (ours: Substring, theirs: Substring)) -> Bool {
        guard fragments.ours == localCredentials.usernameFragment else { return false }
        return remoteCredentials.map { fragments.theirs == $0.usernameFragment } ?? true
    }

    /// Another session has begun: carries data on the pairs that work, and looks for no others.
    mutating func supersede(role: ICERole) {
        formerRole = role
        gatherer = Gatherer()
        earlyChecks = []
        checkList.removeAll { $0.path == nil }
        transactions.removeAll { checkList.index(of: $0.pairID) == nil }
    }

    /// Ends all activity but answering: another session has taken over.
    mutating func retire() {
        selectedID = nil
        hasFailed = true
        checkList = CheckList()
        transactions = []
        earlyChecks = []
        gatherer = Gatherer()
    }

    /// A restart has begun another session.
    var isSuperseded: Bool { formerRole != nil }

    /// Changes a pair that is known to exist.
    mutating func withPair<Result>(_ id: Int, _ change: (inout CheckPair) -> Result) -> Result? {
        checkList.index(of: id).map { change(&checkList.pairs[$0]) }
    }
}
