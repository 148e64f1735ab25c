import ICE

/// What a relay sends by TCP or TLS (RFC 8656 §12.5). The first byte says how the rest is cut into pieces: however that is, the same
/// messages come out, in order and without a gap; channel data that was read and written again is the same but for its padding.
package enum RelayStreamEntry: FuzzEntry {
    package static let name = "relay-stream"

    package static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let size = Int(first) + 1
        let pieces = stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
        let (inPieces, whole) = (read(pieces), read([stream]))
        precondition(inPieces.messages == whole.messages, "how a stream is cut changes what it says")
        precondition(inPieces.isBroken == whole.isBroken, "how a stream is cut changes whether it can be read")
        precondition(stream.starts(with: whole.messages.joined()), "nothing is skipped and nothing added")
        for message in whole.messages {
            guard let (channel, data) = ChannelData.parse(message) else { continue }
            guard let written = ChannelData.encode(data, channel: channel, isPadded: true), let again = ChannelData.parse(written) else {
                preconditionFailure("channel data that was read can be written")
            }
            precondition(written.count == message.count, "padding is as long as it was")
            precondition(again.channel == channel && again.data == data, "channel data that was written reads as what it was")
        }
    }

    private static func read(_ pieces: [[UInt8]]) -> (messages: [[UInt8]], isBroken: Bool) {
        var reader = RelayStreamReader()
        var messages: [[UInt8]] = []
        for piece in pieces {
            reader.append(piece)
            while let message = reader.next() { messages.append(message) }
        }
        return (messages, reader.isBroken)
    }
}
