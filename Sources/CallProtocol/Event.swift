import JSONCoding

/// What the engine tells a document without being asked.
package enum Event: Sendable, Hashable {
    /// A candidate for the page; `nil` after the last.
    case iceCandidate(ConnectionHandle, Candidate?, Snapshot)
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
    /// The loudspeaker is gone for good.
    case playbackEnded(PlaybackHandle, reason: String)
    /// Loudness, 0…1 (root of the mean square), of local tracks and receivers.
    case levels(tracks: [TrackHandle: Double], receivers: [ReceiverLevel])
    case stats(ConnectionHandle, StatsResult)

    package struct ReceiverLevel: Codable, Sendable, Hashable {
        package var connection: ConnectionHandle
        package var transceiver: TransceiverID
        package var level: Double

        package init(connection: ConnectionHandle, transceiver: TransceiverID, level: Double) {
            self.connection = connection
            self.transceiver = transceiver
            self.level = level
        }
    }

    /// Whether a newer event of its kind may take its place while the pipe is slow. A report of statistics may not: it is a difference to the
    /// last one, and the next builds on it; the engine makes none while the pipe is full.
    package var isReplaceable: Bool {
        switch self {
        case .levels: true
        case .stats, .iceCandidate, .stateChanged, .receiverMuted, .trackEnded, .trackMuted, .devicesChanged, .toneChange, .playbackEnded:
            false
        }
    }
}

extension Event: Encodable {
    private enum Key: String, CodingKey {
        case event, connection, transceiver, candidate, snapshot, muted, track, reason, devices, tone, playback, tracks, receivers, report
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        switch self {
        case .iceCandidate(let connection, let candidate, let snapshot):
            try members.encode("iceCandidate", forKey: .event)
            try members.encode(connection, forKey: .connection)
            try members.encode(candidate, forKey: .candidate)
            try members.encode(snapshot, forKey: .snapshot)
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
