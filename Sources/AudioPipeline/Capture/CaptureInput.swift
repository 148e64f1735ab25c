import AudioCore

/// One opened microphone: a source that is read once per tick, however many chains process what it gives.
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the members below are
/// touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
package final class CaptureInput: @unchecked Sendable {
    /// What was read in this tick.
    let frame = AudioFrame()
    private(set) var source: any CaptureSource

    package init(source: any CaptureSource) { self.source = source }

    func tick() {
        if !source.read(into: frame) { frame.clear() }
    }

    func replaceSource(with other: any CaptureSource) -> AnyObject? {
        defer { source = other }
        return source
    }

    func fallSilent() { frame.clear() }
}
