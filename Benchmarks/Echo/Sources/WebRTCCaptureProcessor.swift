import AudioCore
import AudioProcessing
import CAudioProcessing

/// libwebrtc's audio processing as Debian has it: its second echo canceller with the extended filter, noise suppression, gain control and a
/// high-pass.
///
/// A peer of `NearendCaptureProcessor` behind the same seam.
final class WebRTCCaptureProcessor: CaptureProcessor {
    private let state: OpaquePointer
    /// `kModerate`, as Chromium has it: 12 dB.
    private static let suppressionLevel: Int32 = 2

    var options: CaptureOptions {
        didSet { if options != oldValue { configure() } }
    }

    init(options: CaptureOptions) {
        guard let state = nearend_apm_make() else {
            preconditionFailure("an audio processor is a megabyte; the machine has none left")
        }
        self.state = state
        self.options = options
        configure()
    }

    deinit { nearend_apm_free(state) }

    func analyzePlayback(_ frame: borrowing AudioFrame) {
        guard options.echoCancellation else { return }
        _ = nearend_apm_analyze_playback(state, frame.samples.baseAddress)
    }

    func processCapture(_ frame: borrowing AudioFrame) {
        guard options != .none else { return }
        // The canceller finds the delay itself (delay-agnostic); zero is the hint that suits every set-up best.
        _ = nearend_apm_process_capture(state, frame.samples.baseAddress, 0)
    }

    var echoStatistics: EchoStatistics? {
        let metrics = nearend_apm_echo_metrics(state)
        guard metrics.echo_return_loss_enhancement >= 0 else { return nil }
        return EchoStatistics(
            echoReturnLoss: Double(metrics.echo_return_loss), echoReturnLossEnhancement: Double(metrics.echo_return_loss_enhancement))
    }

    private func configure() {
        nearend_apm_configure(
            state, options.echoCancellation ? 1 : 0, options.noiseSuppression ? Self.suppressionLevel : 0, options.autoGainControl ? 1 : 0)
    }
}
