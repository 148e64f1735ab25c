import CallProtocol

/// What has crossed a remote desktop's channel for one browser, with all that the session layer adds. There is no media among it: the protocol has no message
/// that could carry any.
package struct ChannelTraffic: Codable, Sendable, Hashable {
    /// Bytes of messages, deflated as they cross, without the session layer's frames, acknowledgements and heartbeats.
    package struct Bytes: Codable, Sendable, Hashable {
        package var bytesToDevice = 0
        package var bytesToDesktop = 0
    }

    /// The remote session as it calls itself: `user@machine`. A claim, not a proof.
    package var desktop: String
    /// Bytes from the desktop to this device, and back.
    package var bytesToDevice = 0
    package var bytesToDesktop = 0
    /// By the name of a `MessageKind`; those of which there was none are absent. What is missing to the sums above is the session layer's.
    package private(set) var kinds: [String: Bytes] = [:]
    /// How often the channel was lost and the session went on.
    package var losses = 0

    package init(desktop: String) { self.desktop = desktop }

    package mutating func count(_ bytes: Int, of kind: MessageKind, _ direction: WritableKeyPath<Bytes, Int>) {
        kinds[kind.rawValue, default: Bytes()][keyPath: direction] += bytes
    }
}
