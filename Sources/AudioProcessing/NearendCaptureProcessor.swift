import AudioCore
import Glibc

/// Our own echo canceller; behind it libwebrtc's noise suppression and gain control, where they are wanted.
///
/// `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class NearendCaptureProcessor: CaptureProcessor, @unchecked Sendable {
    private let canceller = EchoCanceller()
    private let others: WebRTCCaptureProcessor

    package var options: CaptureOptions {
        didSet { if options != oldValue { others.options = options.withoutEcho } }
    }

    package init(options: CaptureOptions = CaptureOptions(), level: NoiseSuppressionLevel = .usual) {
        self.options = options
        others = WebRTCCaptureProcessor(options: options.withoutEcho, level: level)
    }

    package func analyzePlayback(_ frame: borrowing AudioFrame) {
        guard options.echoCancellation, let samples = frame.samples.baseAddress else { return }
        canceller.analyzePlayback(samples)
    }

    package func processCapture(_ frame: borrowing AudioFrame) {
        if options.echoCancellation, let samples = frame.samples.baseAddress { canceller.process(samples) }
        others.processCapture(frame)
    }

    package var echoStatistics: EchoStatistics? {
        guard options.echoCancellation, canceller.enhancement > 0, canceller.returnLoss > 0 else { return nil }
        return EchoStatistics(
            echoReturnLoss: Self.decibels(canceller.returnLoss), echoReturnLossEnhancement: Self.decibels(canceller.enhancement))
    }

    private static func decibels(_ ratio: Float) -> Double { 10 * log10(Double(max(ratio, 1e-9))) }
}

extension CaptureOptions {
    /// The same wishes, but for the echo.
    fileprivate var withoutEcho: CaptureOptions {
        CaptureOptions(echoCancellation: false, noiseSuppression: noiseSuppression, autoGainControl: autoGainControl)
    }
}
