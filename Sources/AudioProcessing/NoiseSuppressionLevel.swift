/// How much of a noise libwebrtc's suppressor takes out at most.
package enum NoiseSuppressionLevel: Int32, Sendable, CaseIterable {
    /// 6 dB.
    case low = 1
    /// 12 dB.
    case moderate
    /// 18 dB.
    case high
    /// 21 dB.
    case veryHigh

    /// What calls use: see docs/measurements.md.
    package static let usual = moderate
}
