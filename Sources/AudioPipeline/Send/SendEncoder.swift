import AudioCodecs
import AudioCore

/// The codec of a sender as it was negotiated: what encodes, under which payload type, how much per packet, and what is sent again beside it.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`, which alone uses it from then on.
package final class SendEncoder: @unchecked Sendable {
    /// What goes into a packet.
    package struct Payload {
        package var payloadType: UInt8
        /// Bytes in all, and of the frame itself.
        package var count: Int
        package var ownCount: Int
        /// It describes a pause and is no sound.
        package var isComfortNoise = false
    }

    /// The longest packet, in samples at 48 kHz: 60 ms.
    static let mostSamples = 2880
    /// The most bytes that a payload may have; what a path of 1200 bytes leaves, and more than any codec makes of 60 ms.
    package static let largestPayload = 1100

    package let codec: AudioCodec
    package let payloadType: UInt8
    /// Under which frames may be repeated (RFC 2198); `nil` where that was not agreed.
    package let redundancyPayloadType: UInt8?
    /// Under which the background is described in pauses (RFC 3389); `nil` where that was not agreed, or the codec has its own way.
    package let comfortNoisePayloadType: UInt8?
    /// Samples at 48 kHz in a packet.
    package let sampleCount: Int
    private let encoder: any SpeechEncoder
    /// For what is sent again with fewer bits.
    private let copyEncoder: (any SpeechEncoder)?
    private var history = RedundancyHistory()
    private var repeats: UInt8 = 0
    private var encodesCopies = false
    private let silence: SilenceEncoder?
    private let own = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: largestPayload)
    private let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: largestPayload)

    /// - Parameters:
    ///   - copyEncoder: of the same codec.
    ///   - packetMilliseconds: 10, 20, 40 or 60 (`ptime`).
    package init(
        encoder: any SpeechEncoder & Sendable, payloadType: UInt8, redundancyPayloadType: UInt8? = nil,
        copyEncoder: (any SpeechEncoder & Sendable)? = nil, comfortNoisePayloadType: UInt8? = nil, packetMilliseconds: Int = 20
    ) {
        precondition([10, 20, 40, 60].contains(packetMilliseconds), "packets last 10, 20, 40 or 60 ms")
        self.encoder = encoder
        self.copyEncoder = copyEncoder
        codec = encoder.codec
        self.payloadType = payloadType
        self.redundancyPayloadType = redundancyPayloadType
        silence =
            switch encoder.codec {
            case .opus: nil
            case .pcmu: comfortNoisePayloadType.map { _ in SilenceEncoder(.muLaw) }
            case .pcma: comfortNoisePayloadType.map { _ in SilenceEncoder(.aLaw) }
            }
        self.comfortNoisePayloadType = silence == nil ? nil : comfortNoisePayloadType
        sampleCount = packetMilliseconds * AudioFrame.sampleRate / 1000
    }

    deinit {
        own.deallocate()
        copy.deallocate()
    }

    /// The payload of the packet for `sampleCount` samples; `nil` where the encoder has nothing to say (DTX, or the background is as it was).
    ///
    /// - Parameters:
    ///   - timestamp: of the packet.
    ///   - target: has `largestPayload` bytes.
    package func encode(
        _ samples: UnsafeBufferPointer<Float>, timestamp: UInt32, into target: UnsafeMutableRawBufferPointer
    ) -> Payload? {
        let count = encoder.encode(samples, into: own)
        guard count > 0 else {
            history.clear()
            return nil
        }
        let frame = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(own)[..<count])
        // Encoded in pauses too: the filter before the codec goes on as if all were sent.
        if let silence, let comfortNoisePayloadType {
            switch silence.judge(UnsafeBufferPointer(rebasing: own[..<count]), into: target.bindMemory(to: UInt8.self)) {
            case .voice: break
            case .descriptor(let length):
                return Payload(payloadType: comfortNoisePayloadType, count: length, ownCount: length, isComfortNoise: true)
            case .nothing: return nil
            }
        }
        var length: Int?
        if redundancyPayloadType != nil {
            length = history.write(frame, payloadType: payloadType, timestamp: timestamp, ages: repeats, into: target)
            history.insert(repeated(frame, of: samples), timestamp: timestamp)
        }
        if let length, let redundancyPayloadType {
            return Payload(payloadType: redundancyPayloadType, count: length, ownCount: count)
        }
        target.copyMemory(from: frame)
        return Payload(payloadType: payloadType, count: count, ownCount: count)
    }

    /// What will be sent again of a frame.
    private func repeated(_ frame: UnsafeRawBufferPointer, of samples: UnsafeBufferPointer<Float>) -> UnsafeRawBufferPointer {
        guard encodesCopies, let copyEncoder else { return frame }
        let count = copyEncoder.encode(samples, into: copy)
        // A frame that says that a pause begins is as short as can be.
        return count > 0 && count < frame.count ? UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy)[..<count]) : frame
    }

    /// What comes next does not follow on what went before.
    func pause() { history.clear() }

    package func tune(_ tuning: EncoderTuning) {
        encoder.adapt(bitrate: tuning.bitrate, expectedLoss: tuning.expectedLoss)
        repeats = tuning.repeats
        encodesCopies = tuning.repeats != 0 && tuning.copyBitrate != nil
        if let bitrate = tuning.copyBitrate { copyEncoder?.adapt(bitrate: bitrate, expectedLoss: 0) }
    }
}
