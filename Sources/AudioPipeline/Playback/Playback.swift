import AudioCore

/// A page's audio element as far as it is heard. Every change of state is a ramp over one frame, so that nothing clicks.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the members below are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
package final class Playback: @unchecked Sendable {
    /// What the last frame was mixed by.
    private var heard: PlaybackState
    /// What the next frame ends as.
    private var wanted: PlaybackState
    private let silence: PlaybackState
    /// A state that is not needed any more and waits to be handed to another thread, which frees it.
    var former: PlaybackState?
    /// It fades out, and then leaves the graph.
    private(set) var isLeaving = false

    package init() {
        silence = PlaybackState(isPlaying: false)
        heard = silence
        wanted = silence
    }

    /// Asks for a state from the next frame on; returns what was asked before and is now not needed.
    func want(_ state: PlaybackState) -> AnyObject? {
        isLeaving = false
        defer { wanted = state }
        return wanted
    }

    func leave() -> AnyObject? {
        defer { isLeaving = true }
        return want(silence)
    }

    /// Adds this frame to the outputs. Afterwards `former` holds the state that was left, if one was.
    func mix() {
        if heard === wanted {
            guard let output = wanted.output, output.isMixed, wanted.gain != 0 else { return }
            for source in wanted.sources { source.add(to: output, from: wanted.gain, to: wanted.gain) }
            return
        }
        let stays = heard.output === wanted.output
        if let output = heard.output, output.isMixed {
            for source in heard.sources {
                let goesOn = stays && wanted.holds(source)
                source.add(to: output, from: heard.gain, to: goesOn ? wanted.gain : 0)
            }
        }
        if let output = wanted.output, output.isMixed {
            for source in wanted.sources where !(stays && heard.holds(source)) {
                source.add(to: output, from: 0, to: wanted.gain)
            }
        }
        // A state that could not be handed over yet keeps us from taking leave of the next: the ramp is then repeated, inaudibly rare.
        guard former == nil else { return }
        former = heard
        heard = wanted
    }
}
