import AudioCore

/// A page's microphone track: a chain's sound, or silence while the page has it disabled. Without a chain it is silent always, which is what
/// a sender sends for sound that stays in the page.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller). `level` may be read by any other thread.
package final class LocalTrack: @unchecked Sendable {
    /// How loud it is, for meters and `getStats` (webrtc-stats §8.14, media-source).
    package let level = LatestValue(LevelStatistics())

    /// The track's sound of this tick.
    let frame = AudioFrame()
    var isEnabled: Bool
    private let chain: CaptureChain?
    private var gain: Float
    private var meter = LevelMeter()

    package init(chain: CaptureChain?, isEnabled: Bool = true) {
        self.chain = chain
        self.isEnabled = isEnabled
        gain = isEnabled ? 1 : 0
    }

    func tick() {
        let target: Float = isEnabled ? 1 : 0
        if let chain { frame.copy(from: chain.frame) } else { frame.clear() }
        frame.scale(from: gain, to: target)
        gain = target
        meter.measure(frame)
        level.publish(meter.statistics)
    }

    /// The track has ended: silence for those that still hold it.
    func fallSilent() {
        frame.clear()
        meter.rest()
        level.publish(meter.statistics)
    }
}
