import AudioCore
import Glibc

/// Brings a voice to a level that is good to listen to, slowly, and leaves the pauses alone.
///
/// 1. A frame is speech where it is well above the quietest that was heard lately.
/// 2. The voice's level follows its louder frames within a tenth of a second, and quieter ones within seconds.
/// 3. The gain moves towards what brings that level to `target`, by so much a second at most, and only while there is speech: up no further than
///    the background allows, which shall stay unheard.
/// 4. `PeakLimiter` sees to it that what was made louder does not clip.
struct GainControl {
    /// What the samples are multiplied by, before the limiter.
    var gain: Float { Self.ratio(decibels) }

    private var decibels: Float = 0
    private var limiter = PeakLimiter()
    /// The voice's and the background's levels, dBFS.
    private var voice = Self.target
    private var background: Float = -90

    /// Root mean square of a voice's louder frames, dBFS.
    private static let target: Float = -19
    private static let quietestVoice: Float = -55
    /// By how much speech is above the background, decibels.
    private static let prominence: Float = 10
    /// How loud the background may be made, dBFS.
    private static let loudestBackground: Float = -55
    private static let most: Float = 15
    private static let least: Float = -10
    /// Decibels a frame: 4 up and 20 down a second.
    private static let up: Float = 0.04
    private static let down: Float = 0.2

    /// 480 samples in place.
    mutating func process(_ samples: UnsafeMutablePointer<Float>) {
        var sum: Float = 0
        for index in 0..<AudioFrame.sampleCount { sum += samples[index] * samples[index] }
        let level = 10 * log10(sum / Float(AudioFrame.sampleCount) + 1e-10)
        // Down within a tenth of a second, up by 1.5 dB a second.
        background = level < background ? background + 0.1 * (level - background) : min(level, background + 0.015)
        let start = gain
        if level > max(background + Self.prominence, Self.quietestVoice) {
            voice += (level > voice ? 0.1 : 0.004) * (level - voice)
            let wanted = min(Self.target - voice, Self.most, max(0, Self.loudestBackground - background))
            decibels += max(-Self.down, min(Self.up, max(Self.least, wanted) - decibels))
        }
        let step = (gain - start) / Float(AudioFrame.sampleCount)
        for index in 0..<AudioFrame.sampleCount { samples[index] *= start + step * Float(index + 1) }
        limiter.process(samples)
    }

    private static func ratio(_ decibels: Float) -> Float { pow(10, decibels / 20) }
}
