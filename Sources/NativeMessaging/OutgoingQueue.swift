/// Messages that wait for a slow pipe.
///
/// Nothing is lost that must arrive. A message given with a key takes the place of an older one with the same key that still waits: a meter
/// is worth nothing once there is a newer one.
package struct OutgoingQueue<Message, Key: Hashable> {
    /// Messages that wait at most. Who does not read that many is not going to.
    private let limit: Int
    /// Messages from `head` on wait; those before it are gone.
    private var messages: [(message: Message, key: Key?)?] = []
    private var head = 0
    /// How many messages have been given back to memory: positions count from the first message ever queued.
    private var base = 0
    /// Where the message of a key waits.
    private var positions: [Key: Int] = [:]

    package init(limit: Int = 16_384) {
        self.limit = limit
    }

    package var count: Int { messages.count - head }
    package var isEmpty: Bool { count == 0 }

    /// Adds a message that must arrive. `false` where the queue is full: the message has not been taken, and the link should end.
    package mutating func append(_ message: Message) -> Bool {
        guard count < limit else { return false }
        messages.append((message, nil))
        return true
    }

    /// Puts a message into the place of the one with the same key, or adds it. A full queue drops it.
    package mutating func append(_ message: Message, replacing key: Key) {
        if let position = positions[key] {
            messages[position - base] = (message, key)
        } else if count < limit {
            positions[key] = base + messages.count
            messages.append((message, key))
        }
    }

    /// Takes the message that has waited longest.
    package mutating func popFirst() -> Message? {
        guard head < messages.count, let (message, key) = messages[head] else { return nil }
        messages[head] = nil
        if let key { positions[key] = nil }
        head += 1
        // What is gone is given back now and then, so that each message costs a constant time on average.
        if head == messages.count || head >= 1024 {
            messages.removeFirst(head)
            base += head
            head = 0
        }
        return message
    }
}

extension OutgoingQueue: Sendable where Message: Sendable, Key: Sendable {}
