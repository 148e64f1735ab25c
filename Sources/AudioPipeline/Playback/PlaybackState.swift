/// What a playback (a page's audio element) plays, where, and how loud. Whole and immutable: a change is a new state.
package final class PlaybackState: Sendable {
    package let inputs: [SoundInput]
    /// Where it is played; `nil`: nowhere (its device is gone or being opened).
    package let output: PlaybackOutput?
    /// 0…1, as the audio element has it.
    package let volume: Float
    package let isMuted: Bool
    package let isPlaying: Bool

    package init(
        inputs: [SoundInput] = [], output: PlaybackOutput? = nil, volume: Float = 1, isMuted: Bool = false, isPlaying: Bool = true
    ) {
        self.inputs = inputs.merged()
        self.output = output
        self.volume = min(1, max(0, volume))
        self.isMuted = isMuted
        self.isPlaying = isPlaying
    }

    /// Everything as loud as it comes.
    package convenience init(
        sources: [SoundSource], output: PlaybackOutput? = nil, volume: Float = 1, isMuted: Bool = false, isPlaying: Bool = true
    ) {
        self.init(inputs: sources.map { SoundInput($0) }, output: output, volume: volume, isMuted: isMuted, isPlaying: isPlaying)
    }

    /// The factor for every input's own gain.
    var gain: Float { isPlaying && !isMuted ? volume : 0 }
}
