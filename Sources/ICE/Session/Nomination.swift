/// How far a pair's nomination has come (RFC 8445 §8.1.1).
enum Nomination: Sendable, Hashable {
    case none
    /// Controlling: the check with USE-CANDIDATE is out. Controlled: one has come, and our own check has yet to succeed.
    case pending
    case done
}
