/// Of `keepDocument`.
package struct KeepResult: Codable, Sendable, Hashable {
    /// Whoever has it may take the calls back, once; absent where they are not kept.
    package var token: String?
    /// For how long they are kept: what was asked for, as far as this device's policy goes.
    package var seconds: Int

    package init(token: String?, seconds: Int) {
        self.token = token
        self.seconds = seconds
    }
}

/// Of `reclaim`: all that the calls' new document needs to make the objects that the old one had, under the handles they had there.
package struct ReclaimResult: Codable, Sendable, Hashable {
    package struct Connection: Codable, Sendable, Hashable {
        package var connection: ConnectionHandle
        package var configuration: Configuration
        package var snapshot: Snapshot
        package var transceivers: [Transceiver]
        /// Those that are open.
        package var channels: [Channel]

        package init(connection: ConnectionHandle, configuration: Configuration, snapshot: Snapshot, transceivers: [Transceiver], channels: [Channel]) {
            self.connection = connection
            self.configuration = configuration
            self.snapshot = snapshot
            self.transceivers = transceivers
            self.channels = channels
        }
    }

    /// What the page alone knew of a transceiver, beside what the snapshot says.
    package struct Transceiver: Codable, Sendable, Hashable {
        package var transceiver: TransceiverID
        /// The local track that it sends; absent for none, or for one that is not the engine's.
        package var track: TrackHandle?
        /// The sender's streams.
        package var streams: [String]
        package var isActive: Bool
        package var maxBitrate: Int?
        /// The streams of the remote description that its track is in.
        package var receiverStreams: [String]
        package var receiverMuted: Bool

        package init(
            transceiver: TransceiverID, track: TrackHandle?, streams: [String], isActive: Bool, maxBitrate: Int?, receiverStreams: [String],
            receiverMuted: Bool
        ) {
            self.transceiver = transceiver
            self.track = track
            self.streams = streams
            self.isActive = isActive
            self.maxBitrate = maxBitrate
            self.receiverStreams = receiverStreams
            self.receiverMuted = receiverMuted
        }
    }

    package struct Channel: Codable, Sendable, Hashable {
        package var channel: ChannelID
        package var described: Event.AnnouncedChannel

        package init(channel: ChannelID, described: Event.AnnouncedChannel) {
            self.channel = channel
            self.described = described
        }
    }

    /// A microphone's track that is live.
    package struct Track: Codable, Sendable, Hashable {
        package var track: TrackHandle
        /// Its `id`, as descriptions have shown it; absent for one that was in none.
        package var trackId: String?
        package var enabled: Bool
        package var muted: Bool
        package var microphone: UserMediaResult

        package init(track: TrackHandle, trackId: String?, enabled: Bool, muted: Bool, microphone: UserMediaResult) {
            self.track = track
            self.trackId = trackId
            self.enabled = enabled
            self.muted = muted
            self.microphone = microphone
        }
    }

    package var connections: [Connection]
    package var tracks: [Track]

    package init(connections: [Connection], tracks: [Track]) {
        self.connections = connections
        self.tracks = tracks
    }
}
