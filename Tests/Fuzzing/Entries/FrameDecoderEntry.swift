import NIOCore
import NativeMessaging

/// The native-messaging stream. The first byte says how the rest is cut into pieces: however that is, the same messages come out.
package enum FrameDecoderEntry: FuzzEntry {
    package static let name = "frame-decoder"

    package static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = bytes.dropFirst()
        let whole = decode([stream])
        let size = Int(first) + 1
        let pieces = stride(from: stream.startIndex, to: stream.endIndex, by: size).map { stream[$0..<min($0 + size, stream.endIndex)] }
        precondition(decode(pieces) == whole, "how a stream is cut changes what it says")
        let length = whole.messages.reduce(0) { $0 + $1.readableBytes + NativeMessageLimits.headerLength }
        precondition(length <= stream.count, "messages are no longer than their stream")
        precondition(whole.error != nil || length == stream.count, "a stream without an error is all messages")
    }

    private struct Outcome: Equatable {
        var messages: [ByteBuffer] = []
        var error: NativeMessagingError?
    }

    /// As `ByteToMessageHandler` does, which itself is NIO's to test.
    private static func decode(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
        // Small, so that over-long frames are as near as any.
        var decoder = NativeMessageDecoder(maximumLength: 1 << 20)
        var buffer = ByteBuffer()
        var outcome = Outcome()
        do {
            for piece in pieces {
                buffer.writeBytes(piece)
                while let message = try decoder.decode(buffer: &buffer) { outcome.messages.append(message) }
            }
            while let message = try decoder.decodeLast(buffer: &buffer, seenEOF: true) { outcome.messages.append(message) }
        } catch let error as NativeMessagingError {
            outcome.error = error
        } catch {
            preconditionFailure("the decoder throws errors of its own only, not \(error)")
        }
        return outcome
    }
}
