import JSONCoding

/// What the engine tells a document without being asked.
package enum Event: Sendable, Hashable {
    /// A candidate for the page; `nil` after the last.
    case iceCandidate(ConnectionHandle, Candidate?, Snapshot)
    /// A server gives no candidate.
    case iceCandidateError(ConnectionHandle, CandidateFailure)
    /// One of the states in the snapshot has changed.
    case stateChanged(ConnectionHandle, Snapshot)
    /// The first packet has come, or none comes any more.
    case receiverMuted(ConnectionHandle, TransceiverID, Bool)
    /// The microphone is gone for good.
    case trackEnded(TrackHandle, reason: String)
    /// The microphone is silent for a while.
    case trackMuted(TrackHandle, Bool)
    case devicesChanged([DeviceDescription])
    /// A tone is being played; the empty one after the last.
    case toneChange(ConnectionHandle, TransceiverID, tone: String)
    /// The other side has opened a channel, which is open.
    case dataChannelAnnounced(ConnectionHandle, ChannelID, AnnouncedChannel)
    /// A channel of the page's is open, on that stream.
    case dataChannelOpened(ConnectionHandle, ChannelID, id: Int)
    case dataChannelMessage(ConnectionHandle, ChannelID, DataPayload)
    /// So many bytes of messages have left since the last time.
    case dataChannelDrained(ConnectionHandle, ChannelID, bytes: Int)
    /// The other side has begun to close the channel.
    case dataChannelClosing(ConnectionHandle, ChannelID)
    /// The channel is gone; with the reason where that is an error.
    case dataChannelClosed(ConnectionHandle, ChannelID, reason: String?)
    /// The loudspeaker is gone for good.
    case playbackEnded(PlaybackHandle, reason: String)
    /// Loudness (root of the mean square, in ten-thousandths of the loudest) of local tracks and receivers, the oldest first.
    case levels(tracks: [TrackHandle: [Int]], receivers: [ReceiverLevels])
    case stats(ConnectionHandle, StatsResult)

    package struct ReceiverLevels: Codable, Sendable, Hashable {
        package var connection: ConnectionHandle
        package var transceiver: TransceiverID
        package var levels: [Int]

        package init(connection: ConnectionHandle, transceiver: TransceiverID, levels: [Int]) {
            self.connection = connection
            self.transceiver = transceiver
            self.levels = levels
        }
    }

    /// RTCDataChannelInit as the other side has it (RFC 8832 §5.1).
    package struct AnnouncedChannel: Codable, Sendable, Hashable {
        package var label: String
        package var `protocol`: String
        package var ordered: Bool
        /// Milliseconds.
        package var maxPacketLifeTime: Int?
        package var maxRetransmits: Int?
        /// The stream.
        package var id: Int

        package init(label: String, protocol: String, ordered: Bool, maxPacketLifeTime: Int?, maxRetransmits: Int?, id: Int) {
            self.label = label
            self.protocol = `protocol`
            self.ordered = ordered
            self.maxPacketLifeTime = maxPacketLifeTime
            self.maxRetransmits = maxRetransmits
            self.id = id
        }
    }

    /// `RTCPeerConnectionIceErrorEventInit` (webrtc-pc §4.8.3).
    package struct CandidateFailure: Sendable, Hashable {
        /// Our address, where it is known and the page may know it.
        package var address: String?
        package var port: Int?
        package var url: String
        /// Of STUN, or 701 for a server that cannot be reached.
        package var errorCode: Int
        package var errorText: String

        package init(address: String?, port: Int?, url: String, errorCode: Int, errorText: String) {
            self.address = address
            self.port = port
            self.url = url
            self.errorCode = errorCode
            self.errorText = errorText
        }
    }

    /// Whether a newer event of its kind may take its place while the pipe is slow. A report of statistics may not: it is a difference to the
    /// last one, and the next builds on it; the engine makes none while the pipe is full.
    package var isReplaceable: Bool {
        switch self {
        case .levels: true
        case .stats, .iceCandidate, .iceCandidateError, .stateChanged, .receiverMuted, .trackEnded, .trackMuted, .devicesChanged, .toneChange, .playbackEnded,
            .dataChannelAnnounced, .dataChannelOpened, .dataChannelMessage, .dataChannelDrained, .dataChannelClosing, .dataChannelClosed:
            false
        }
    }
}

extension Event: Encodable {
    private enum Key: String, CodingKey {
        case event, connection, transceiver, candidate, snapshot, muted, track, reason, devices, tone, playback, tracks, receivers, report
        case address, port, url, errorCode, errorText
        case channel, id, bytes, text, data, isText
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        switch self {
        case .iceCandidate(let connection, let candidate, let snapshot):
            try members.encode("iceCandidate", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(candidate, forKey: .candidate)
            try members.encode(snapshot, forKey: .snapshot)
        case .iceCandidateError(let connection, let failure):
            try members.encode("iceCandidateError", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encodeIfPresent(failure.address, forKey: .address)
            try members.encodeIfPresent(failure.port, forKey: .port)
            try members.encode(failure.url, forKey: .url)
            try members.encode(failure.errorCode, forKey: .errorCode)
            try members.encode(failure.errorText, forKey: .errorText)
        case .stateChanged(let connection, let snapshot):
            try members.encode("stateChanged", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(snapshot, forKey: .snapshot)
        case .receiverMuted(let connection, let transceiver, let isMuted):
            try members.encode("receiverMuted", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(transceiver, forKey: .transceiver)
            try members.encode(isMuted, forKey: .muted)
        case .trackEnded(let track, let reason):
            try members.encode("trackEnded", forKey: .event)
            try members.encode(track, forKey: .track)
            try members.encode(reason, forKey: .reason)
        case .trackMuted(let track, let isMuted):
            try members.encode("trackMuted", forKey: .event)
            try members.encode(track, forKey: .track)
            try members.encode(isMuted, forKey: .muted)
        case .devicesChanged(let devices):
            try members.encode("devicesChanged", forKey: .event)
            try members.encode(devices, forKey: .devices)
        case .toneChange(let connection, let transceiver, let tone):
            try members.encode("toneChange", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(transceiver, forKey: .transceiver)
            try members.encode(tone, forKey: .tone)
        case .dataChannelAnnounced(let connection, let channel, let announced):
            try announced.encode(to: encoder)
            try members.encode("dataChannelAnnounced", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
        case .dataChannelOpened(let connection, let channel, let id):
            try members.encode("dataChannelOpened", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
            try members.encode(id, forKey: .id)
        case .dataChannelMessage(let connection, let channel, let payload):
            try members.encode("dataChannelMessage", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
            try members.encodeIfPresent(payload.text, forKey: .text)
            try members.encodeIfPresent(payload.data, forKey: .data)
            try members.encodeIfPresent(payload.isText, forKey: .isText)
        case .dataChannelDrained(let connection, let channel, let bytes):
            try members.encode("dataChannelDrained", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
            try members.encode(bytes, forKey: .bytes)
        case .dataChannelClosing(let connection, let channel):
            try members.encode("dataChannelClosing", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
        case .dataChannelClosed(let connection, let channel, let reason):
            try members.encode("dataChannelClosed", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(channel, forKey: .channel)
            try members.encodeIfPresent(reason, forKey: .reason)
        case .playbackEnded(let playback, let reason):
            try members.encode("playbackEnded", forKey: .event)
            try members.encode(playback, forKey: .playback)
            try members.encode(reason, forKey: .reason)
        case .levels(let tracks, let receivers):
            try members.encode("levels", forKey: .event)
            let named = tracks.map { (String($0.key.rawValue), $0.value) }
            try members.encode(Dictionary(named, uniquingKeysWith: { $1 }), forKey: .tracks)
            try members.encode(receivers, forKey: .receivers)
        case .stats(let connection, let report):
            try members.encode("stats", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(report, forKey: .report)
        }
    }
}
