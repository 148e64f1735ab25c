/// How much a peer may make an agent remember, so that none can make it work without end.
package enum ICELimits {
    /// Remote candidates of all kinds, in one session.
    package static let remoteCandidates = 100
    /// Of these, found from the source of a check.
    package static let peerReflexiveCandidates = 32
    /// RFC 8445 §6.1.2.5 recommends 100; the worst that was not proven to work gives way.
    package static let pairs = 100
    /// Sources of checks remembered before the remote credentials are known.
    package static let earlyChecks = 16
    /// Addresses of our own, and of them those that responses revealed.
    package static let localCandidates = 64
    /// Allocations at relays, those on their way included.
    package static let relays = 32
    /// Outstanding checks; each pair has at most one that is retransmitted, the others await a late response.
    package static let transactions = 512
    /// After this many role conflicts in one session, a conflict fails the pair.
    package static let roleConflicts = 16
}
