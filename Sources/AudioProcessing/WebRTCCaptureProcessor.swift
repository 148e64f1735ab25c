import AudioCore
import CAudioProcessing

/// libwebrtc's audio processing as Debian has it: its second echo canceller with the extended filter, noise suppression, gain control and a
/// high-pass.
///
/// Chosen because it holds echo down where clocks drift and delays jump; what it does to double talk is known and stated in
/// docs/architecture.md. `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class WebRTCCaptureProcessor: CaptureProcessor, @unchecked Sendable {
    private let state: OpaquePointer
    private let level: NoiseSuppressionLevel

    package var options: CaptureOptions {
        didSet { if options != oldValue { configure() } }
    }

    package init(options: CaptureOptions = CaptureOptions(), level: NoiseSuppressionLevel = .usual) {
        guard let state = nearend_apm_make() else {
            preconditionFailure("an audio processor is a megabyte; the machine has none left")
        }
        self.state = state
        self.level = level
        self.options = options
        configure()
    }

    deinit { nearend_apm_free(state) }

    package func analyzePlayback(_ frame: borrowing AudioFrame) {
        guard options.echoCancellation else { return }
        _ = nearend_apm_analyze_playback(state, frame.samples.baseAddress)
    }

    package func processCapture(_ frame: borrowing AudioFrame) {
        guard options != .none else { return }
        // The canceller finds the delay itself (delay-agnostic); zero is the hint that suits every set-up best.
        _ = nearend_apm_process_capture(state, frame.samples.baseAddress, 0)
    }

    package var echoStatistics: EchoStatistics? {
        let metrics = nearend_apm_echo_metrics(state)
        guard metrics.echo_return_loss_enhancement >= 0 else { return nil }
        return EchoStatistics(
            echoReturnLoss: Double(metrics.echo_return_loss), echoReturnLossEnhancement: Double(metrics.echo_return_loss_enhancement))
    }

    private func configure() {
        nearend_apm_configure(
            state, options.echoCancellation ? 1 : 0, options.noiseSuppression ? level.rawValue : 0, options.autoGainControl ? 1 : 0)
    }
}
