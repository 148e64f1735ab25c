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
            for input in wanted.inputs { input.source.add(to: output.frame, from: wanted.gain * input.gain, to: wanted.gain * input.gain) }
            return
        }
        let stays = heard.output === wanted.output
        if let output = heard.output, output.isMixed {
            for input in heard.inputs {
                let goal = stays ? wanted.gain * wanted.inputs.gain(of: input.source) : 0
                input.source.add(to: output.frame, from: heard.gain * input.gain, to: goal)
            }
        }
        if let output = wanted.output, output.isMixed {
            for input in wanted.inputs where !(stays && heard.inputs.holds(input.source)) {
                input.source.add(to: output.frame, from: 0, to: wanted.gain * input.gain)
            }
        }
        // A state that could not be handed over yet keeps us from taking leave of the next: the ramp is then repeated, inaudibly rare.
        guard former == nil else { return }
        former = heard
        heard = wanted
    }
}
