/// How loud the audio of a packet is, for meters and mixers that do not decode it (RFC 6464).
package struct AudioLevel: Sendable, Hashable {
    /// The name that `a=extmap` gives the extension (RFC 6464 §4).
    package static let uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    /// The level of silence.
    package static let silence: UInt8 = 127

    /// Decibels below the loudest signal that the system can carry, positive: 0 (overload)…127 (silence) (RFC 6464 §3).
    package var decibelsBelowOverload: UInt8
    /// Whether the sender takes it for speech; its detector decides.
    package var hasVoice: Bool

    package init(decibelsBelowOverload: UInt8, hasVoice: Bool) {
        self.decibelsBelowOverload = min(decibelsBelowOverload, Self.silence)
        self.hasVoice = hasVoice
    }

    /// From the bytes of the extension; `nil` where there are none.
    ///
    /// RFC 6464 §3 gives it one byte in either form; more, as padding, are ignored.
    package init?(parsing headerExtension: HeaderExtension) {
        guard let byte = headerExtension.bytes.first else { return nil }
        decibelsBelowOverload = byte & 0x7F
        hasVoice = byte & 0x80 != 0
    }

    /// The extension under the identifier that was negotiated.
    package func headerExtension(id: UInt8) -> HeaderExtension {
        HeaderExtension(id: id, bytes: [(hasVoice ? 0x80 : 0) | decibelsBelowOverload])
    }

    /// The level, 0…127, of samples whose squares have this mean, full scale being 1.
    ///
    /// RFC 6464 §3 and its appendix: −10·log₁₀ of the mean, rounded, where 0 dBov is a square wave that fills the range. Computed by
    /// steps of a decibel, so that layer 1 needs no mathematical library, in constant memory and at most 127 steps.
    package static func level(meanSquare: Double) -> UInt8 {
        // Also false for a mean that is no number.
        guard meanSquare > 0 else { return silence }
        // Rounding: level n reaches from half a decibel above n to half a decibel below it.
        var threshold = 0.891_250_938_133_745_5  // 10^(-0.05)
        let decibel = 0.794_328_234_724_281_5  // 10^(-0.1)
        var level: UInt8 = 0
        while level < silence, meanSquare < threshold {
            threshold *= decibel
            level += 1
        }
        return level
    }

    /// The level, 0…127, of samples between −1 and 1.
    package static func level(of samples: UnsafeBufferPointer<Float>) -> UInt8 {
        guard !samples.isEmpty else { return silence }
        var sum = 0.0
        for sample in samples { sum += Double(sample) * Double(sample) }
        return level(meanSquare: sum / Double(samples.count))
    }
}
