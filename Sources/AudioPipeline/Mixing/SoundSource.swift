import AudioCore

/// What can be heard: a far end's voice, a page's own track, a page's sound file or tone.
package enum SoundSource: Sendable {
    case receiver(ReceiveStream)
    case track(LocalTrack)
    case sound(SoundVoice)
    case tone(ToneVoice)

    func isSame(as other: SoundSource) -> Bool {
        switch (self, other) {
        case (.receiver(let mine), .receiver(let theirs)): mine === theirs
        case (.track(let mine), .track(let theirs)): mine === theirs
        case (.sound(let mine), .sound(let theirs)): mine === theirs
        case (.tone(let mine), .tone(let theirs)): mine === theirs
        case (.receiver, _), (.track, _), (.sound, _), (.tone, _): false
        }
    }

    /// Adds its sound of this tick, each sample times a gain that goes in a straight line from `start` to `end`. Files and tones move on by it.
    func add(to frame: borrowing AudioFrame, from start: Float, to end: Float) {
        switch self {
        case .receiver(let receiver): frame.add(receiver.frame, from: start, to: end)
        case .track(let track): frame.add(track.frame, from: start, to: end)
        case .sound(let voice): voice.add(to: frame, from: start, to: end)
        case .tone(let voice): voice.add(to: frame, from: start, to: end)
        }
    }
}
