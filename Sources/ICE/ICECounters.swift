/// What an agent dropped, and why. The peer's faults are counted here, never thrown.
package struct ICECounters: Sendable, Hashable {
    /// Datagrams that were no STUN message.
    package var malformed = 0
    /// Messages whose FINGERPRINT was wrong.
    package var badFingerprint = 0
    /// Messages without MESSAGE-INTEGRITY, or with a wrong one.
    package var badIntegrity = 0
    /// Requests whose USERNAME names no session of ours.
    package var unknownUsername = 0
    /// Messages of a method other than Binding.
    package var unknownMethod = 0
    /// Datagrams for an address that the agent was not given, or was told is gone.
    package var unknownLocalAddress = 0
    /// Responses to nothing that is outstanding.
    package var unmatchedResponses = 0
    /// Responses to a check that lacked what they must have.
    package var badResponses = 0
    /// Requests answered 420 for an attribute that must be understood.
    package var refusedRequests = 0
    /// Role conflicts, found by either end.
    package var roleConflicts = 0
    /// Remote candidates that were ignored: not UDP, a name, a component other than 1, an address nobody can reach.
    package var ignoredCandidates = 0
    /// Remote candidates and requests' sources beyond `ICELimits`.
    package var candidatesOverLimit = 0
    /// Pairs dropped for `ICELimits.pairs`.
    package var pairsOverLimit = 0

    package init() {}
}
