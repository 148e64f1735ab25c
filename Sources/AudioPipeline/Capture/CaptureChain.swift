import AudioCore
import AudioProcessing

/// What becomes of a microphone's sound before tracks carry it: echo cancelled, noise suppressed, gain levelled, for one set of
/// wishes. Two pages that want different processing of one microphone have a chain each.
///
/// `@unchecked Sendable`: made by one thread (which gives its processor away), handed to the audio thread through `GraphControl`;
/// from then on the mutable members are touched by the audio thread only (they are internal, and `AudioGraph` is their only caller).
/// `echo` may be read by any other thread.
package final class CaptureChain: @unchecked Sendable {
    /// Ticks between two readings of the echo's statistics.
    private static let echoInterval = 50

    /// What is known about the echo; `nil` where nothing is.
    package let echo = LatestValue<EchoStatistics?>(nil)

    /// The processed sound of this tick.
    let frame = AudioFrame()
    private let input: CaptureInput
    private var processor: (any CaptureProcessor & Sendable)?
    /// The output whose sound reaches this microphone through the air.
    private var reference: PlaybackOutput?
    private var ticksToEcho = echoInterval

    /// - Parameter processor: `nil` for the sound as it is.
    package init(input: CaptureInput, processor: (any CaptureProcessor & Sendable)?) {
        self.input = input
        self.processor = processor
    }

    func tick() {
        frame.copy(from: input.frame)
        guard let processor else { return }
        if let reference { processor.analyzePlayback(reference.frame) }
        processor.processCapture(frame)
        ticksToEcho -= 1
        if ticksToEcho <= 0 {
            ticksToEcho = Self.echoInterval
            echo.publish(processor.echoStatistics)
        }
    }

    func replaceReference(with other: PlaybackOutput?) -> AnyObject? {
        defer { reference = other }
        return reference
    }

    func replaceProcessor(with other: (any CaptureProcessor & Sendable)?) -> AnyObject? {
        defer { processor = other }
        if other == nil { echo.publish(nil) }
        return processor
    }

    func fallSilent() { frame.clear() }
}
