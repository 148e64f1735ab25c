/// The order of messages on a link, and what it takes to go on after the link has broken: numbers in each direction, and the messages
/// that the other side has not said it has.
///
/// A value; the texts it keeps are those that were sent. With a lease of zero nothing is kept, since nothing can be resumed.
package struct ResumableSession: Sendable {
    /// What to do with a message that came.
    package enum Verdict: Sendable, Hashable {
        case deliver
        /// Seen before.
        case drop
        /// Some are missing; the link cannot go on.
        case gap(expected: Int, got: Int)
    }

    private struct Kept: Sendable {
        let seq: Int
        let text: [UInt8]
    }

    /// Messages and bytes kept for the other side at most. A peer that acknowledges nothing loses the right to resume; our memory it
    /// does not get.
    package static let keptLimit = 4096
    package static let keptBytesLimit = 16 * 1024 * 1024

    package let id: String
    package let token: String
    /// Zero: the session ends with its link.
    package let lease: Duration
    /// The number of the last message sent; 0 before the first.
    package private(set) var sent = 0
    /// The highest number received in order; 0 before the first.
    package private(set) var received = 0
    /// Sent and not acknowledged, in order and without gaps.
    private var kept: [Kept] = []
    private var keptBytes = 0

    package init(id: String, token: String, lease: Duration = .zero) {
        self.id = id
        self.token = token
        self.lease = lease
    }

    /// How many messages are kept for a link that might break.
    package var keptCount: Int { kept.count }

    /// Judges a message by its number, and forgets what it acknowledges.
    package mutating func receive(_ sequence: IncomingMessage.LinkSequence) -> Verdict {
        acknowledge(sequence.ack)
        guard sequence.seq > received else { return .drop }
        guard sequence.seq == received + 1 else { return .gap(expected: received + 1, got: sequence.seq) }
        received = sequence.seq
        return .deliver
    }

    /// The other side has everything up to `number`. What it claims beyond what was sent is no promise of ours.
    package mutating func acknowledge(_ number: Int) {
        let count = kept.firstIndex { $0.seq > number } ?? kept.count
        forget(count)
    }

    /// The text of the next message to send.
    package mutating func send(_ message: OutgoingMessage) -> [UInt8] {
        sent += 1
        let text = message.text(seq: sent, ack: received)
        guard lease > .zero else { return text }
        kept.append(Kept(seq: sent, text: text))
        keptBytes += text.count
        while kept.count > Self.keptLimit || keptBytes > Self.keptBytesLimit { forget(1) }
        return text
    }

    /// What a peer that has seen our messages up to `received` still needs, in order, on its new link; `nil` where the session cannot go
    /// on for it: no lease, another token, or messages that we no longer have.
    package mutating func resume(token: String, received: Int) -> [[UInt8]]? {
        guard lease > .zero, Self.isEqual(token, self.token), (0...sent).contains(received) else { return nil }
        // Counted, not assumed: what the limits made us forget is missing here.
        guard kept.count >= sent - received else { return nil }
        acknowledge(received)
        return kept.map(\.text)
    }

    private mutating func forget(_ count: Int) {
        keptBytes -= kept[..<count].reduce(0) { $0 + $1.text.count }
        kept.removeFirst(count)
    }

    /// Takes the same time wherever the texts differ: the token is a secret.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
