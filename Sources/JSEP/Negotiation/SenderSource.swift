/// What a sender sends: a track of the page, and the streams the remote side shall find it in.
package struct SenderSource: Sendable, Hashable {
    /// `track.id`; `nil` where there is no track.
    package var trackID: String?
    package var streams: [String]

    package init(trackID: String? = nil, streams: [String] = []) {
        self.trackID = trackID
        self.streams = streams
    }
}
