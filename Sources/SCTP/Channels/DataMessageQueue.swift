/// Messages that wait, oldest first; knows how many bytes they have.
struct DataMessageQueue: Sendable {
    private var messages: [DataMessage] = []
    /// Index of the oldest: what is before it has left.
    private var head = 0
    /// Bytes of all messages together.
    private(set) var byteCount = 0

    var isEmpty: Bool { head == messages.count }
    var first: DataMessage? { isEmpty ? nil : messages[head] }

    mutating func append(_ message: DataMessage) {
        messages.append(message)
        byteCount += message.bytes.count
    }

    mutating func removeFirst() {
        precondition(!isEmpty, "only what is there can leave")
        byteCount -= messages[head].bytes.count
        messages[head].bytes = []
        head += 1
        // Now and then, so that the cost of each is constant.
        if head > 64, head * 2 > messages.count {
            messages.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() { self = DataMessageQueue() }
}
