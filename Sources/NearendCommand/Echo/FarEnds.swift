import NIOCore
import NIOPosix

/// Where the far ends of `nearend echo` come from.
enum FarEnds {
    /// The loop on which signalling and far ends live.
    static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// - Returns: nil where this build has no far end of its own; two browsers can still call each other.
    static func make(playing speech: String?, recordingInto folder: String?) throws -> (any FarEndFactory)? {
        nil
    }
}
