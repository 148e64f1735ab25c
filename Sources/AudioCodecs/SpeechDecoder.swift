/// Makes speech at 48 kHz of packets. After `init` nothing is allocated. One thread at a time.
package protocol SpeechDecoder: AnyObject {
    var codec: AudioCodec { get }

    /// How many samples at 48 kHz a packet holds; `nil` where it is none of the codec's. At most 5760 (120 ms).
    func sampleCount(of packet: UnsafeRawBufferPointer) -> Int?

    /// How many samples at 48 kHz a packet tells about what went before it; 0 where it tells nothing.
    func redundantSampleCount(of packet: UnsafeRawBufferPointer) -> Int

    /// Whether the sender says with this packet that it falls silent, and sends nothing more until somebody speaks.
    func announcesPause(_ packet: UnsafeRawBufferPointer) -> Bool

    /// Decodes a packet; returns the samples written, `nil` where the packet makes no sense or the target is too small.
    func decode(_ packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int?

    /// Decodes what a packet tells about what went before it; the target's length must be `redundantSampleCount`. `nil` where it tells nothing.
    func decodeRedundancy(in packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int?

    /// Fills the target with what the codec itself makes up for a loss, or plays as background in a pause; `false` where it makes up nothing.
    func conceal(into target: UnsafeMutableBufferPointer<Float>) -> Bool

    /// Writes what is decoded and held back until more comes, since nothing does; returns how many samples. What is decoded next begins with
    /// its own first sample and is so much shorter.
    func drain(into target: UnsafeMutableBufferPointer<Float>) -> Int

    /// Forgets the past.
    func reset()
}
