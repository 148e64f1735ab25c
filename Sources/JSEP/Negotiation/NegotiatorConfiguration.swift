import SDP

/// What of a connection's configuration shows in its descriptions (webrtc-pc §4.2.1).
package struct NegotiatorConfiguration: Sendable {
    /// RFC 9429 §4.1.1.
    package enum BundlePolicy: String, Sendable, Hashable {
        case balanced
        case maxCompat = "max-compat"
        case maxBundle = "max-bundle"
    }
    package enum RTCPMuxPolicy: String, Sendable, Hashable {
        /// Sections without `a=rtcp-mux` are refused.
        case require
        /// They are taken, without RTCP: a transport of ours has one component.
        case negotiate
    }

    package var bundlePolicy: BundlePolicy
    package var rtcpMuxPolicy: RTCPMuxPolicy
    /// Of our certificate; at least one.
    package var fingerprints: [SDPFingerprint]

    package init(
        bundlePolicy: BundlePolicy = .balanced, rtcpMuxPolicy: RTCPMuxPolicy = .require, fingerprints: [SDPFingerprint]
    ) {
        precondition(!fingerprints.isEmpty, "a connection has a certificate, and so a fingerprint")
        self.bundlePolicy = bundlePolicy
        self.rtcpMuxPolicy = rtcpMuxPolicy
        self.fingerprints = fingerprints
    }
}
