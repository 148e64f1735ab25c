/// Makes packets of speech. After `init` nothing is allocated. A class, since the libraries' states are objects; one thread at a time.
package protocol SpeechEncoder: AnyObject {
    var codec: AudioCodec { get }

    /// Encodes a frame at 48 kHz, whose length is a multiple of 480 samples that the codec takes; returns the bytes written, or 0 where there is
    /// nothing to say (DTX) or the target is too small.
    func encode(_ samples: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int

    /// Bits a second, and the loss to be expected, 0…1. What a codec cannot change it ignores.
    func adapt(bitrate: Int, expectedLoss: Double)
}
