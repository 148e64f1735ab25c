/// What the page gives `addIceCandidate` (webrtc-pc §4.8.1.1 `RTCIceCandidateInit`).
package struct RemoteCandidate: Sendable, Hashable {
    /// `candidate:…`, with or without `a=`; empty for the end of candidates.
    package var candidate: String
    package var sdpMid: String?
    package var sdpMLineIndex: Int?
    package var usernameFragment: String?

    package init(candidate: String, sdpMid: String? = nil, sdpMLineIndex: Int? = nil, usernameFragment: String? = nil) {
        self.candidate = candidate
        self.sdpMid = sdpMid
        self.sdpMLineIndex = sdpMLineIndex
        self.usernameFragment = usernameFragment
    }
}
