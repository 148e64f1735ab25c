import CallProtocol
import Engine

/// Where a link's messages go: a browser's pipe, or a session over a remote desktop's channel.
@NetworkLoop
package protocol MessagePort: AnyObject {
    /// Whether there is room; while there is none, what may be replaced by newer ones waits with us.
    var isWritable: Bool { get }
    /// Takes a message in any case. What it is about is for counting only.
    func write(_ message: [UInt8], about kind: MessageKind)
    /// Ends, after what was written has gone out as far as somebody reads.
    func close()
}
