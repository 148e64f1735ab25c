import Primitives

/// A request on a pair, until it is answered or given up.
struct CheckTransaction: Sendable {
    let id: STUNTransactionID
    let pairID: Int
    let datagram: Datagram
    /// Whether it carried USE-CANDIDATE.
    let nominates: Bool
    /// The role that it claimed, which the peer may have refused.
    let claimedControlling: Bool
    /// The PRIORITY that it carried.
    let priority: UInt32
    /// When it was first sent.
    let sentAt: Instant
    /// The time to the next retransmission.
    var interval: Duration
    /// Whether that grows. RFC 8489 §6.2.1 has it doubled; a check for consent of the pair in use is repeated evenly, since it
    /// must tell a dead path from a bad one within `ICETiming.disconnection`.
    let backsOff: Bool
    var transmissions = 1
    /// `nil` where it is sent no more and only a late answer is awaited (RFC 8445 §7.3.1.4).
    var nextTransmission: Instant?
    /// When to give up.
    var deadline: Instant

    /// Sends it no more, but still takes an answer for a while.
    mutating func retire(at now: Instant) {
        nextTransmission = nil
        deadline = min(deadline, now + ICETiming.lateResponse)
    }
}
