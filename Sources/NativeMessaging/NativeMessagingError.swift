/// Why native messages cannot be carried, or not on.
package enum NativeMessagingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The browser announced more than it may send: what follows cannot be told from lengths any more.
    case frameTooLong(length: Int)
    /// The stream ended inside a frame.
    case truncated(missing: Int)
    /// We were about to send more than the browser takes. Nothing has been written; the stream is as it was.
    case messageTooLong(length: Int)
    /// Standard input or output is closed, or nothing that can be waited for.
    case unusableStream(name: String, reason: String)

    package var description: String {
        switch self {
        case .frameTooLong(let length): "a frame of \(length) bytes was announced; the limit is \(NativeMessageLimits.fromBrowser)"
        case .truncated(let missing): "the stream ended \(missing) bytes before the end of a frame"
        case .messageTooLong(let length): "a message of \(length) bytes was to be sent; the limit is \(NativeMessageLimits.toBrowser)"
        case .unusableStream(let name, let reason): "\(name) cannot carry native messages: \(reason)"
        }
    }
}
