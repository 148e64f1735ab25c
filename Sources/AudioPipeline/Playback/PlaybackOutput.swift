import AudioCore

/// One opened loudspeaker: what is played into it is summed, kept below full scale, written once per tick, and remembered as the
/// far-end reference of the microphones that hear it.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the members below are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
package final class PlaybackOutput: @unchecked Sendable {
    /// The sum, and after `endMix` what was written in this tick.
    let frame = AudioFrame()
    /// Whether the graph writes this output. Playbacks that still name an output that was removed are not heard.
    var isMixed = false
    private(set) var sink: any PlaybackSink

    package init(sink: any PlaybackSink) { self.sink = sink }

    func beginMix() { frame.clear() }

    func endMix() {
        frame.softClip()
        sink.write(frame)
    }

    func replaceSink(with other: any PlaybackSink) -> AnyObject? {
        defer { sink = other }
        return sink
    }

    func fallSilent() { frame.clear() }
}
