/// What has crossed a remote desktop's channel for one browser, with all that the session layer adds. There is no media among it: the protocol has no message
/// that could carry any.
package struct ChannelTraffic: Codable, Sendable, Hashable {
    /// The remote session as it calls itself: `user@machine`. A claim, not a proof.
    package var desktop: String
    /// Bytes from the desktop to this device, and back.
    package var bytesToDevice = 0
    package var bytesToDesktop = 0
    /// How often the channel was lost and the session went on.
    package var losses = 0

    package init(desktop: String) { self.desktop = desktop }
}
