/// Loudness as webrtc-stats wants it.
package struct LevelStatistics: BitwiseCopyable, Sendable, Hashable {
    /// Root of the mean square over the last tenth of a second or so, 0…1 (1: full scale).
    package var level: Float = 0
    /// Sum of squared samples times their duration, in seconds (`totalAudioEnergy`).
    package var totalEnergy: Double = 0
    /// How much sound was measured, in seconds (`totalSamplesDuration`).
    package var totalDuration: Double = 0

    package init() {}
}
