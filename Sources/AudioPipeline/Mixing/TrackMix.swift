import AudioCore

/// What a page's audio graph leads together into a track: a sum of other sound, each with a gain, kept below full scale. Every change of
/// gain is a ramp over one frame, so that nothing clicks.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the members below are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
package final class TrackMix: @unchecked Sendable {
    /// The sum of this tick.
    let frame = AudioFrame()
    /// What the last frame was made of.
    private var heard = MixState()
    /// What the next frame ends as.
    private var wanted: MixState
    /// A state that is not needed any more and waits to be handed to another thread, which frees it.
    var former: MixState?

    package init() { wanted = heard }

    /// Whether time must go on for it: a file that nobody is sent yet plays on.
    var isSounding: Bool { !wanted.inputs.isEmpty || heard !== wanted }

    /// Asks for a state from the next frame on; returns what was asked before and is now not needed.
    func want(_ state: MixState) -> AnyObject? {
        defer { wanted = state }
        return wanted
    }

    /// The next 10 ms. Afterwards `former` holds the state that was left, if one was.
    ///
    /// A track of another mix is heard as it was in the tick before.
    func tick() {
        frame.clear()
        if heard === wanted {
            for input in wanted.inputs { input.source.add(to: frame, from: input.gain, to: input.gain) }
        } else {
            for input in heard.inputs { input.source.add(to: frame, from: input.gain, to: wanted.inputs.gain(of: input.source)) }
            for input in wanted.inputs where !heard.inputs.holds(input.source) { input.source.add(to: frame, from: 0, to: input.gain) }
            // As in a playback: a state that could not be handed over yet keeps us from taking leave of the next.
            if former == nil {
                former = heard
                heard = wanted
            }
        }
        frame.softClip()
    }

    /// Nobody uses it any more. Returns what was heard last, since tracks in it may lead back here and would keep both alive.
    func leave() -> AnyObject? {
        frame.clear()
        defer { heard = wanted }
        return heard
    }
}
