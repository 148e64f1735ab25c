import Primitives

/// What is known of a pair that has worked, and whether it still does.
struct ValidPath: Sendable {
    /// Our end as the peer saw it (RFC 8445 §7.2.5.3.2).
    var local: ICECandidate
    /// The last time that the peer answered, and so consented to be sent to (RFC 7675 §5.1).
    var lastAnswer: Instant
    /// When the oldest request was sent that nothing has answered yet.
    var unansweredSince: Instant?
    /// When the next check on this pair is due.
    var nextCheck: Instant

    /// RFC 7675 §5.1: to be obeyed even where the last check is still out.
    var expiry: Instant { lastAnswer + ICETiming.consentExpiry }

    /// Whether requests have gone unanswered for `duration`.
    func isSilent(for duration: Duration, at now: Instant) -> Bool {
        unansweredSince.map { now >= $0 + duration } ?? false
    }
}
