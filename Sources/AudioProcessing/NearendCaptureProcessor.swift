import AudioCore
import Glibc

/// Our own processing of what a microphone hears: rumble, echo and noise are taken out, and the voice is brought to its level.
///
/// `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class NearendCaptureProcessor: CaptureProcessor, @unchecked Sendable {
    private var highPass = HighPassFilter()
    private let enhancer = SpeechEnhancer()
    private var gain = GainControl()

    package var options: CaptureOptions {
        didSet { configure() }
    }

    package init(options: CaptureOptions = CaptureOptions()) {
        self.options = options
        configure()
    }

    private func configure() {
        enhancer.cancelsEcho = options.echoCancellation
        enhancer.suppressesNoise = options.noiseSuppression
    }

    package func analyzePlayback(_ frame: borrowing AudioFrame) {
        guard options.echoCancellation, let samples = frame.samples.baseAddress else { return }
        enhancer.analyzePlayback(samples)
    }

    package func processCapture(_ frame: borrowing AudioFrame) {
        guard options != .none, let samples = frame.samples.baseAddress else { return }
        highPass.process(samples)
        if options.echoCancellation || options.noiseSuppression { enhancer.process(samples) }
        if options.autoGainControl { gain.process(samples) }
    }

    package var echoStatistics: EchoStatistics? {
        guard options.echoCancellation, enhancer.enhancement > 0, enhancer.returnLoss > 0 else { return nil }
        return EchoStatistics(
            echoReturnLoss: Self.decibels(enhancer.returnLoss), echoReturnLossEnhancement: Self.decibels(enhancer.enhancement))
    }

    private static func decibels(_ ratio: Float) -> Double { 10 * log10(Double(max(ratio, 1e-9))) }
}
