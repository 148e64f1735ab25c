/// What a sender's encoder has done.
package struct SendStreamStatistics: BitwiseCopyable, Sendable, Hashable {
    /// Frames put into the ring, and their bytes.
    package var framesEncoded = 0
    package var bytesEncoded = 0
    /// Frames that the encoder chose not to send (DTX).
    package var framesUnsent = 0
    /// Frames that found the ring full: the network loop was held up for a second.
    package var framesDropped = 0

    package init() {}
}
