import Primitives

/// One end of a session's two byte streams, which outlive the channels that carry them.
///
/// Every byte has an offset. What was sent is kept until the other end says that it has it, and is sent again from there on the next
/// channel; what came twice is dropped by its offset. So however often and wherever the channel is cut, each message arrives once and in order.
///
/// The streams carry messages: a length (32 bits, big endian), and that many bytes.
package struct ResumableStream: Sendable {
    /// Bytes that the other end may send ahead of what has been taken here; a longer message is let in whole.
    package static let window = 1 << 20
    /// Bytes that may wait to be sent and acknowledged: the longest message of a browser, and some.
    package static let keptLimit = 80 << 20

    /// Sent or to be sent, and not acknowledged: the stream from `keptFrom` on, beginning at `head`.
    private var kept: [UInt8] = []
    private var head = 0
    private var keptFrom: UInt64 = 0
    /// How far the stream has been sent on this channel.
    private var sent: UInt64 = 0
    /// How far it has been sent on any: nobody can have received more.
    private var sentEver: UInt64 = 0
    /// How far the other end lets us send.
    private var peerLimit: UInt64 = 0

    /// The highest offset received in order.
    package private(set) var received: UInt64 = 0
    /// How far we have let the other end send; never drawn back.
    private var limitTold = UInt64(Self.window)
    /// Received, and not taken yet, beginning at `arrivedHead`.
    private var arrived: [UInt8] = []
    private var arrivedHead = 0
    private let longestMessage: Int

    /// What was told with the last frame.
    private var receivedTold: UInt64 = 0

    /// - Parameter longestMessage: bytes that a message of the other end may have.
    package init(longestMessage: Int) {
        self.longestMessage = longestMessage
    }

    // MARK: Sending

    /// Bytes that the other end has not acknowledged.
    package var waiting: Int { kept.count - head }

    /// Queues a message. `false` where too much waits already: nothing was taken, the session should end.
    package mutating func send(_ message: [UInt8]) -> Bool {
        guard waiting + 4 + message.count <= Self.keptLimit else { return false }
        var length = ByteWriter(reservingCapacity: 4)
        length.write(UInt32(message.count))
        kept.append(contentsOf: length.bytes)
        kept.append(contentsOf: message)
        return true
    }

    /// The next bytes for the channel with their offset, as far as the other end lets us.
    package mutating func nextData() -> (offset: UInt64, bytes: [UInt8])? {
        let end = min(keptFrom + UInt64(waiting), peerLimit)
        guard sent < end else { return nil }
        let count = min(Int(end - sent), ChannelFrame.longestData)
        let from = head + Int(sent - keptFrom)
        let offset = sent
        sent += UInt64(count)
        sentEver = max(sentEver, sent)
        return (offset, Array(kept[from..<(from + count)]))
    }

    /// The other end has the stream up to `number`, and lets us send up to `limit`.
    ///
    /// Throws where it claims what was never sent.
    package mutating func acknowledge(_ number: UInt64, limit: UInt64) throws(SessionFailure) {
        guard number <= sentEver else { throw SessionFailure(.violation, "bytes were acknowledged that were never sent") }
        peerLimit = max(peerLimit, limit)
        guard number > keptFrom else { return }
        head += Int(number - keptFrom)
        keptFrom = number
        sent = max(sent, number)
        // Given back now and then, so that each byte costs a constant time on average.
        if head == kept.count {
            kept.removeAll(keepingCapacity: head <= Self.window)
            head = 0
        } else if head > Self.window, head > kept.count / 2 {
            kept.removeFirst(head)
            head = 0
        }
    }

    /// Sends again, on a new channel, what the other end does not have.
    ///
    /// Throws where it claims what was never sent, or lacks what it had acknowledged.
    package mutating func resume(from number: UInt64, limit: UInt64) throws(SessionFailure) {
        guard number >= keptFrom else { throw SessionFailure(.violation, "bytes are asked for that had been acknowledged") }
        try acknowledge(number, limit: limit)
        sent = number
        receivedTold = received
    }

    // MARK: Receiving

    /// Takes what is new of the bytes at `offset`.
    ///
    /// Throws for a gap, and for more than was allowed: a channel does neither by itself.
    package mutating func receive(_ bytes: [UInt8], at offset: UInt64) throws(SessionFailure) {
        guard offset <= received else { throw SessionFailure(.violation, "bytes are missing in the stream") }
        let (end, isBeyond) = offset.addingReportingOverflow(UInt64(bytes.count))
        guard !isBeyond, end <= limitTold else { throw SessionFailure(.violation, "more was sent than was allowed") }
        guard end > received else { return }
        arrived.append(contentsOf: bytes[Int(received - offset)...])
        received = end
    }

    /// The next whole message. Throws where one is announced that is too long.
    package mutating func nextMessage() throws(SessionFailure) -> [UInt8]? {
        guard let length = try announcedLength, arrived.count - arrivedHead - 4 >= length else { return nil }
        let from = arrivedHead + 4
        let message = Array(arrived[from..<(from + length)])
        arrivedHead = from + length
        if arrivedHead == arrived.count {
            arrived.removeAll(keepingCapacity: arrivedHead <= Self.window)
            arrivedHead = 0
        } else if arrivedHead > Self.window {
            arrived.removeFirst(arrivedHead)
            arrivedHead = 0
        }
        return message
    }

    private var announcedLength: Int? {
        get throws(SessionFailure) {
            guard arrived.count - arrivedHead >= 4 else { return nil }
            let length = arrived[arrivedHead..<(arrivedHead + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= longestMessage else { throw SessionFailure(.violation, "a message of \(length) bytes was announced") }
            return length
        }
    }

    // MARK: Acknowledging

    /// How far the other end may send: a window beyond what was taken, or to the end of the message that is under way.
    private var limit: UInt64 {
        let taken = received - UInt64(arrived.count - arrivedHead)
        let room = max(Self.window, 4 + ((try? announcedLength) ?? 0))
        return max(limitTold, taken + UInt64(room))
    }

    /// What a frame that goes out now shall say.
    package mutating func acknowledgement() -> (received: UInt64, limit: UInt64) {
        limitTold = limit
        receivedTold = received
        return (received, limitTold)
    }

    /// Whether there is something to acknowledge at all.
    package var owesAcknowledgement: Bool { received > receivedTold || limit > limitTold + UInt64(Self.window / 4) }

    /// Whether it should not wait for data to travel with: the other end may be out of room.
    package var owesUrgently: Bool {
        received - receivedTold >= UInt64(Self.window / 8) || limit > limitTold + UInt64(Self.window / 4)
    }
}
