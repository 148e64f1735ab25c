/// What setting a description has changed, in the order in which the page fires its events (webrtc-pc §4.4.1.5).
package struct Changes: Sendable, Hashable {
    /// A receiver's track and streams.
    package struct TrackChange: Sendable, Hashable {
        package var transceiver: TransceiverHandle
        package var streams: [String]

        package init(transceiver: TransceiverHandle, streams: [String]) {
            self.transceiver = transceiver
            self.streams = streams
        }
    }

    /// Made by a remote offer.
    package var transceiversAdded: [TransceiverHandle] = []
    /// Receivers that will get nothing more for now: their tracks fire `mute`.
    package var receiversMuted: [TransceiverHandle] = []
    /// `removetrack` on these streams, which the track has left.
    package var tracksRemoved: [TrackChange] = []
    /// `addtrack` on those streams that did not have it, then `track`, with all streams of the track. Chromium fires it too when
    /// a track that is already known joins a further stream.
    package var tracksAdded: [TrackChange] = []
    /// No longer part of the connection: refused, or undone by a rollback. Their tracks end.
    package var transceiversRemoved: [TransceiverHandle] = []

    package init() {}
}
