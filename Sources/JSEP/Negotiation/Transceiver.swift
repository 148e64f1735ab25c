import SDP

/// A sender and a receiver that share a media section (webrtc-pc §5.4), as far as descriptions know of them.
package struct Transceiver: Sendable {
    package enum Phase: Sendable, Hashable {
        case active
        /// Stopped by the page; the section is refused by the next negotiation.
        case stopping
        /// Gone from the session; leaves the list with this negotiation.
        case stopped
    }

    package let handle: TransceiverHandle
    package let kind: MediaKind
    package internal(set) var phase: Phase = .active
    /// The section it is associated with; `nil` before the first negotiation and after its rollback.
    package internal(set) var mid: String?
    package internal(set) var sectionIndex: Int?
    /// What the page would like.
    package internal(set) var direction: MediaDirection
    /// What was agreed; `nil` before.
    package internal(set) var currentDirection: MediaDirection?

    /// The `track.id` the page has given the sender; `nil` without a track.
    package internal(set) var senderTrackID: String?
    /// The second word of `a=msid`: the first track's id, or one of our own. It stays when the track is replaced (RFC 9429 §5.2.2).
    package let senderID: String
    package internal(set) var senderStreams: [String]
    package let ssrc: UInt32

    /// `track.id` of the receiver.
    package let receiverTrackID: String
    /// The streams the remote side has put the track into.
    package internal(set) var remoteStreams: [String] = []
    /// webrtc-pc §5.4 [[FiredDirection]]: what the page has last been told by `track` events.
    package internal(set) var firedDirection: MediaDirection?

    package internal(set) var codecPreferences: [CodecPreference] = []
    /// The header extensions that the page lets us negotiate; `nil` for all we know.
    package internal(set) var headerExtensions: [String]?

    /// Made by `addTrack`, and so free to be taken by a section the remote side offers (RFC 9429 §5.10).
    var wasMadeByAddTrack: Bool
    /// Made by a remote offer that is not answered yet; a rollback removes it, unless a track was added since.
    var belongsToPendingOffer = false
    /// A track was attached by `addTrack` at some time.
    var hasHadTrackAdded: Bool
    /// The identification it was offered under, kept so that two offers in a row agree.
    var reservedMid: String?
    /// Stands in for the stream of a remote track without `a=msid`, as Chromium does it; one for the transceiver's life.
    let defaultStreamID: String

    /// Whether the page sees it as stopped.
    package var isStopped: Bool { phase != .active }

    init(
        handle: TransceiverHandle, kind: MediaKind, direction: MediaDirection, sender: SenderSource, identifiers: TransceiverIdentifiers,
        byAddTrack: Bool
    ) {
        self.handle = handle
        self.kind = kind
        self.direction = direction
        senderTrackID = sender.trackID
        senderID = sender.trackID ?? identifiers.senderID
        senderStreams = sender.streams
        ssrc = identifiers.ssrc
        receiverTrackID = identifiers.receiverTrackID
        defaultStreamID = identifiers.defaultStreamID
        wasMadeByAddTrack = byAddTrack
        hasHadTrackAdded = byAddTrack
    }
}
