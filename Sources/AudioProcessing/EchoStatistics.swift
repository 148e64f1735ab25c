/// The echo as webrtc-stats has it (§8.14): both in decibels.
package struct EchoStatistics: BitwiseCopyable, Sendable, Hashable {
    /// How much quieter the echo comes back than it was played.
    package var echoReturnLoss: Double
    /// How much the canceller takes out beyond that.
    package var echoReturnLossEnhancement: Double

    package init(echoReturnLoss: Double, echoReturnLossEnhancement: Double) {
        self.echoReturnLoss = echoReturnLoss
        self.echoReturnLossEnhancement = echoReturnLossEnhancement
    }
}
