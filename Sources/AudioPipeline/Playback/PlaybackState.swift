/// What a playback (a page's audio element) plays, where, and how loud. Whole and immutable: a change is a new state.
package final class PlaybackState: Sendable {
    /// What can be played: a far end's voice, a page's own microphone, or a page's sound file.
    package enum Source: Sendable {
        case receiver(ReceiveStream)
        case track(LocalTrack)
        case sound(SoundVoice)
    }

    package let sources: [Source]
    /// Where it is played; `nil`: nowhere (its device is gone or being opened).
    package let output: PlaybackOutput?
    /// 0…1, as the audio element has it.
    package let volume: Float
    package let isMuted: Bool
    package let isPlaying: Bool

    package init(
        sources: [Source] = [], output: PlaybackOutput? = nil, volume: Float = 1, isMuted: Bool = false, isPlaying: Bool = true
    ) {
        self.sources = sources
        self.output = output
        self.volume = min(1, max(0, volume))
        self.isMuted = isMuted
        self.isPlaying = isPlaying
    }

    /// The factor for every source.
    var gain: Float { isPlaying && !isMuted ? volume : 0 }

    func holds(_ source: Source) -> Bool {
        for candidate in sources where candidate.isSame(as: source) { return true }
        return false
    }
}

extension PlaybackState.Source {
    func isSame(as other: PlaybackState.Source) -> Bool {
        switch (self, other) {
        case (.receiver(let mine), .receiver(let theirs)): mine === theirs
        case (.track(let mine), .track(let theirs)): mine === theirs
        case (.sound(let mine), .sound(let theirs)): mine === theirs
        case (.receiver, _), (.track, _), (.sound, _): false
        }
    }

    func add(to output: PlaybackOutput, from start: Float, to end: Float) {
        switch self {
        case .receiver(let receiver): output.frame.add(receiver.frame, from: start, to: end)
        case .track(let track): output.frame.add(track.frame, from: start, to: end)
        case .sound(let voice): voice.add(to: output.frame, from: start, to: end)
        }
    }
}
