import Primitives

/// Which end chooses the pair (RFC 8445 §6.1.1), and the number that settles a dispute about it.
struct ICERole: Sendable {
    /// Whether this end nominates.
    var isControlling: Bool
    /// RFC 8445 §5.2: 64 random bits, compared where both ends claim the same role.
    private(set) var tieBreaker: UInt64

    init(isControlling: Bool, random: inout RandomSource) {
        self.isControlling = isControlling
        tieBreaker = random.next()
    }

    /// RFC 8445 §7.2.5.1: an end told of a conflict takes the other role and a new tie-breaker.
    mutating func yield(random: inout RandomSource) {
        isControlling.toggle()
        tieBreaker = random.next()
    }

    /// What goes into a check (RFC 8445 §7.1.3).
    var attribute: STUNAttribute { isControlling ? .iceControlling(tieBreaker) : .iceControlled(tieBreaker) }
}
