import MessageCompression

/// Messages as they come out of a session: whatever they hold, a message has its limit and the process goes on; after a failure there is none any more.
package enum CompressedMessageEntry: FuzzEntry {
    package static let name = "compressed-message"

    package static func run(_ bytes: [UInt8]) {
        let limit = 4096
        let inflater = MessageInflater(longestMessage: limit)
        var hasFailed = false
        // The first byte says how the rest is cut into messages.
        let size = Int(bytes.first ?? 0) + 1
        let rest = Array(bytes.dropFirst())
        for from in stride(from: 0, to: rest.count, by: size) {
            guard let message = try? inflater.inflate(Array(rest[from..<min(from + size, rest.count)])) else {
                hasFailed = true
                continue
            }
            precondition(!hasFailed, "nothing comes of a stream that has failed")
            precondition(message.count <= limit, "a message has its limit")
        }
        let copy = try? MessageInflater(longestMessage: max(1, bytes.count)).inflate(MessageDeflater().deflate(bytes))
        precondition(copy == bytes, "what was deflated inflates to what it was")
    }
}
