import AudioCore
import AudioProcessing

/// What becomes of a microphone's sound before tracks carry it: echo cancelled, noise suppressed, gain levelled, for one set of
/// wishes. Two pages that want different processing of one microphone have a chain each.
///
/// `@unchecked Sendable`: made by one thread (which gives its processor away), handed to the audio thread through `GraphControl`;
/// from then on the members below are touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
package final class CaptureChain: @unchecked Sendable {
    /// The processed sound of this tick.
    let frame = AudioFrame()
    private let input: CaptureInput
    private let processor: (any CaptureProcessor)?
    /// The output whose sound reaches this microphone through the air.
    private var reference: PlaybackOutput?

    /// - Parameter processor: `nil` for the sound as it is.
    package init(input: CaptureInput, processor: sending (any CaptureProcessor)?) {
        self.input = input
        self.processor = processor
    }

    func tick() {
        frame.copy(from: input.frame)
        guard let processor else { return }
        if let reference { processor.analyzePlayback(reference.frame) }
        processor.processCapture(frame)
    }

    func replaceReference(with other: PlaybackOutput?) -> AnyObject? {
        defer { reference = other }
        return reference
    }

    func setOptions(_ options: CaptureOptions) { processor?.options = options }

    func fallSilent() { frame.clear() }
}
