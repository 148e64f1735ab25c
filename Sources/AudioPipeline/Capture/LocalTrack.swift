import AudioCore

/// A page's local track: a microphone's sound or a mix, or silence while the page has it disabled. One that is made of nothing is silent always,
/// which is what a sender sends for sound that stays in the page.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller). `level` may be read by any other thread.
package final class LocalTrack: @unchecked Sendable {
    private enum Origin {
        case chain(CaptureChain)
        case mix(TrackMix)
        case nothing
    }

    /// How loud it is, for meters and `getStats` (webrtc-stats §8.14, media-source).
    package let level = LatestValue(LevelStatistics())

    /// The track's sound of this tick.
    let frame = AudioFrame()
    var isEnabled: Bool
    private let origin: Origin
    private var gain: Float
    private var meter = LevelMeter()

    package convenience init(chain: CaptureChain?, isEnabled: Bool = true) {
        self.init(chain.map(Origin.chain) ?? .nothing, isEnabled)
    }

    package convenience init(mix: TrackMix) { self.init(.mix(mix), true) }

    private init(_ origin: Origin, _ isEnabled: Bool) {
        self.origin = origin
        self.isEnabled = isEnabled
        gain = isEnabled ? 1 : 0
    }

    /// Mixes are made of other tracks, and so come after them in a tick.
    var isOfMix: Bool {
        if case .mix = origin { true } else { false }
    }

    func tick() {
        let target: Float = isEnabled ? 1 : 0
        switch origin {
        case .chain(let chain): frame.copy(from: chain.frame)
        case .mix(let mix): frame.copy(from: mix.frame)
        case .nothing: frame.clear()
        }
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
