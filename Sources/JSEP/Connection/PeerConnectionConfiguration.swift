import Cryptography
import RTP

/// What a connection is made with (webrtc-pc §4.2.1), as far as it does not change.
package struct PeerConnectionConfiguration: Sendable {
    package var certificate: Certificate
    package var bundlePolicy: NegotiatorConfiguration.BundlePolicy
    package var rtcpMuxPolicy: NegotiatorConfiguration.RTCPMuxPolicy
    /// Gives the time of day that belongs to an instant of the clock that the connection is driven by.
    package var clock: NTPClock

    package init(
        certificate: Certificate, bundlePolicy: NegotiatorConfiguration.BundlePolicy = .balanced,
        rtcpMuxPolicy: NegotiatorConfiguration.RTCPMuxPolicy = .require, clock: NTPClock = NTPClock(timeAtZero: .zero)
    ) {
        self.certificate = certificate
        self.bundlePolicy = bundlePolicy
        self.rtcpMuxPolicy = rtcpMuxPolicy
        self.clock = clock
    }
}
