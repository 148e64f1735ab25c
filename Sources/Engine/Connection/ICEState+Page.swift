import ICE

extension ICEState {
    /// RTCIceTransportState as a page sees it: Chromium says `connected` where webrtc-pc §5.6.4 has `completed`; see `ConnectionStates`.
    var pageName: String { self == .completed ? ICEState.connected.rawValue : rawValue }
}
