import Primitives

/// Cuts a channel's bytes into frames, however they come.
package struct ChannelFrameDecoder: Sendable {
    private var bytes: [UInt8] = []
    /// Where the next frame begins.
    private var head = 0

    package init() {}

    package mutating func append(_ more: some Sequence<UInt8>) {
        if head > 0 {
            bytes.removeFirst(head)
            head = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole frame. Throws where the bytes can be none; the channel is of no use after that.
    package mutating func next() throws(SessionFailure) -> ChannelFrame? {
        guard bytes.count - head >= 4 else { return nil }
        let length = Int(bytes[head]) << 24 | Int(bytes[head + 1]) << 16 | Int(bytes[head + 2]) << 8 | Int(bytes[head + 3])
        guard length <= ChannelFrame.longest + ChannelFrame.longestText else {
            throw SessionFailure(.violation, "a frame of \(length) bytes was announced")
        }
        guard bytes.count - head - 4 >= length else { return nil }
        let body = Array(bytes[(head + 4)..<(head + 4 + length)])
        head += 4 + length
        return try ChannelFrame.parse(body)
    }
}
