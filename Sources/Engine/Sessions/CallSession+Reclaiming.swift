import AudioPipeline
import CallProtocol
import JSEP

/// What a document is told that has taken calls back.
extension CallSession {
    var reclaimed: ReclaimResult {
        let live = tracks.filter { !$0.value.isEnded }
        let handles = Dictionary(live.map { (ObjectIdentifier($0.value.local), $0.key) }, uniquingKeysWith: { first, _ in first })
        var names: [TrackHandle: String] = [:]
        let connections = connections.sorted { $0.key < $1.key }.map { $0.value.reclaimed(handles, &names) }
        return ReclaimResult(
            connections: connections,
            // What a graph had mixed is not taken back: the graph went with its document.
            tracks: live.sorted { $0.key < $1.key }.compactMap { handle, track in
                track.capture.map { capture in
                    ReclaimResult.Track(
                        track: handle, trackId: names[handle], enabled: track.isEnabled, muted: track.isMuted,
                        microphone: UserMediaResult(microphone: capture.microphone, options: capture.options))
                }
            })
    }
}

extension CallConnection {
    /// - Parameters:
    ///   - handles: of the session's live tracks.
    ///   - names: gets the `id` of each track that descriptions have shown.
    fileprivate func reclaimed(_ handles: [ObjectIdentifier: TrackHandle], _ names: inout [TrackHandle: String]) -> ReclaimResult.Connection {
        let transceivers = driver?.read { peer in peer.negotiator.transceivers } ?? []
        return ReclaimResult.Connection(
            connection: handle, configuration: configuration, snapshot: tellingSnapshot(),
            transceivers: transceivers.map { transceiver in
                let sending = media.sending(of: transceiver.handle)
                let track = sending.track.flatMap { handles[ObjectIdentifier($0)] }
                if let track { names[track] = transceiver.senderTrackID }
                return ReclaimResult.Transceiver(
                    transceiver: TransceiverID(rawValue: transceiver.handle.rawValue), track: track, streams: transceiver.senderStreams,
                    isActive: sending.isActive, maxBitrate: sending.maximumBitrate,
                    receiverStreams: transceiver.firedDirection?.receives == true ? transceiver.remoteStreams : [],
                    receiverMuted: !media.isUnmuted(transceiver.handle))
            },
            channels: openChannels.map { ReclaimResult.Channel(channel: $0.0, described: $0.1) })
    }
}
