/// Cuts a stream of bytes into STUN and ChannelData messages (RFC 8656 §12.5: both have their length in the third and fourth byte).
package struct RelayStreamReader: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0
    /// The stream is no TURN, or has lost its place: nothing after can be read.
    package private(set) var isBroken = false

    package init() {}

    package mutating func append(_ more: [UInt8]) {
        guard !isBroken else { return }
        if start > 0, start >= bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole message, padding included; at most 64 KiB wait for their end.
    package mutating func next() -> [UInt8]? {
        guard !isBroken, bytes.count - start >= 4 else { return nil }
        let length = Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
        let total: Int
        switch bytes[start] >> 6 {
        case 0: total = STUNMessage.headerLength + length
        case 1: total = ChannelData.headerLength + length + (4 - length % 4) % 4
        case _:
            isBroken = true
            bytes = []
            start = 0
            return nil
        }
        guard bytes.count - start >= total else { return nil }
        defer { start += total }
        return Array(bytes[start..<(start + total)])
    }
}
