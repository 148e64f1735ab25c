import AudioCodecs
import AudioCore

/// The codec of a sender as it was negotiated: what encodes, under which payload type, how much per packet.
///
/// Immutable but for the encoder's own state, which the audio thread uses once the object was handed to it.
package final class SendEncoder: Sendable {
    /// The longest packet, in samples at 48 kHz: 60 ms.
    static let mostSamples = 2880

    package let codec: AudioCodec
    package let payloadType: UInt8
    /// Under which frames may be repeated (RFC 2198); `nil` where that was not agreed.
    package let redundancyPayloadType: UInt8?
    /// Samples at 48 kHz in a packet.
    let sampleCount: Int
    private let encoder: any SpeechEncoder & Sendable

    /// - Parameter packetMilliseconds: 10, 20, 40 or 60 (`ptime`).
    package init(
        encoder: any SpeechEncoder & Sendable, payloadType: UInt8, redundancyPayloadType: UInt8? = nil, packetMilliseconds: Int = 20
    ) {
        precondition([10, 20, 40, 60].contains(packetMilliseconds), "packets last 10, 20, 40 or 60 ms")
        self.encoder = encoder
        codec = encoder.codec
        self.payloadType = payloadType
        self.redundancyPayloadType = redundancyPayloadType
        sampleCount = packetMilliseconds * AudioFrame.sampleRate / 1000
    }

    func encode(_ samples: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        encoder.encode(samples, into: target)
    }

    func tune(_ tuning: EncoderTuning) {
        encoder.adapt(bitrate: tuning.bitrate, expectedLoss: tuning.expectedLoss)
    }
}
