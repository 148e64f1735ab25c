/// Messages that wait for a slow pipe.
///
/// Nothing is lost that must arrive. A message given with a key may be replaced by a newer one with the same key, in the place of the
/// older: a meter or a report of statistics is worth nothing once there is a newer one.
package struct OutgoingQueue<Message, Key: Hashable> {
    /// Messages that wait at most. Who does not read that many is not going to.
    private let limit: Int
    /// Messages from `head` on wait; those before it are gone.
    private var messages: [Message?] = []
    private var head = 0
    /// How many messages have been taken from before `messages` began: positions count from the first message ever queued.
    private var base = 0
    /// Where the message of a key waits that may still be replaced.
    private var positions: [Key: Int] = [:]

    package init(limit: Int = 16_384) {
        self.limit = limit
    }

    package var count: Int { messages.count - head }
    package var isEmpty: Bool { count == 0 }

    /// Adds a message that must arrive. `false` where the queue is full: the message has not been taken, and the link should end.
    package mutating func append(_ message: Message) -> Bool {
        guard count < limit else { return false }
        messages.append(message)
        return true
    }

    /// Adds a message that may be replaced, or puts it in the place of an older one with the same key that still waits.
    ///
    /// `merge` makes one message of the older and the newer where a newer one alone would lose something, as a difference would.
    /// A full queue drops the message.
    package mutating func append(_ message: Message, replacing key: Key, merge: (_ older: Message, _ newer: Message) -> Message = { $1 }) {
        if let position = positions[key], let older = messages[position - base] {
            messages[position - base] = merge(older, message)
        } else if append(message) {
            positions[key] = base + messages.count - 1
        }
    }

    /// What waits under `key` is replaced no more: a message that was queued after it builds on it.
    package mutating func seal(_ key: Key) {
        positions[key] = nil
    }

    /// Takes the message that has waited longest.
    package mutating func popFirst() -> Message? {
        guard head < messages.count, let message = messages[head] else { return nil }
        messages[head] = nil
        if let entry = positions.first(where: { $0.value == base + head }) { positions[entry.key] = nil }
        head += 1
        // The gone half is given back now and then, so that each message costs a constant time on average.
        if head == messages.count || head >= 1024 {
            messages.removeFirst(head)
            base += head
            head = 0
        }
        return message
    }
}

extension OutgoingQueue: Sendable where Message: Sendable, Key: Sendable {}
