import CallProtocol
import JSONCoding

/// The host's messages of docs/protocol.md, as values.
enum HostExamples {
    static let snapshot = Snapshot(
        signalingState: "stable", iceGatheringState: "complete", iceConnectionState: "connected", connectionState: "connected",
        canTrickleIceCandidates: true, currentLocalDescription: .init(type: "offer", sdp: "v=0\r\n…"), pendingLocalDescription: nil,
        currentRemoteDescription: .init(type: "answer", sdp: "v=0\r\n…"), pendingRemoteDescription: nil,
        transceivers: [
            .init(
                transceiver: TransceiverID(rawValue: 1), kind: "audio", mid: "0", direction: "sendrecv", currentDirection: "sendrecv",
                stopped: false,
                receiver: .init(trackId: "d7cb0d8e-6f0e-4a5d-9a5e-0f7c1b1d9f2a"), sender: .init(canInsertDTMF: true),
                transport: .init(
                    id: 1, dtlsState: "connected", iceState: "connected", iceRole: "controlling", iceGatheringState: "complete",
                    selectedPair: .init(
                        local: "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host",
                        remote: "candidate:1 1 udp 2130706431 192.0.2.2 50001 typ host"),
                    remoteCertificate: "MIIBFTCBvA=="))
        ],
        sctp: .init(
            state: "connecting", maxMessageSize: 262_144, maxChannels: nil, ids: ["1": 0],
            transport: .init(
                id: 1, dtlsState: "connected", iceState: "connected", iceRole: "controlling", iceGatheringState: "complete",
                selectedPair: nil)))

    /// The message that the example with this JSON shows; `nil` where there is none.
    static func message(for json: JSONValue) -> OutgoingMessage? {
        let document = json["document"] == 0 ? DocumentNumber.worker : DocumentNumber(rawValue: 2)
        switch (json["type"], json["event"], json["id"]) {
        case ("event", .string(let name)?, _): return event(name, json).map { .event(document: document, $0) }
        case ("reply", _, .integer(let id)?): return reply(Int(id), json).map { .reply(document: document, id: Int(id), $0) }
        case ("error", _, _): return .error(ProtocolError(.malformedMessage, "'}' expected near end of file (line 1, column 12)"))
        case (_, _, _): return nil
        }
    }

    private static func reply(_ id: Int, _ json: JSONValue) -> Reply? {
        switch id {
        case 17 where json["error"] != nil: .refusal(ProtocolError(.invalidState, "The connection is closed."))
        case 17: .done
        case 9: Reply(DescriptionResult(type: "offer", sdp: "v=0\r\n…", snapshot: snapshot))
        case 12:
            Reply(
                NegotiationResult(
                    snapshot: snapshot, receiversMuted: [],
                    tracksRemoved: [.init(transceiver: TransceiverID(rawValue: 2), streams: ["janus"])],
                    tracksAdded: [.init(transceiver: TransceiverID(rawValue: -1), streams: ["janus"])], transceiversRemoved: []))
        case 16:
            Reply(
                StatsResult(
                    timestamp: 1_700_000_000_000, changed: ["O1": ["type": "outbound-rtp", "packetsSent": 50, "kind": "audio"]],
                    removed: ["P2"]))
        case 19:
            Reply(
                DevicesResult(devices: [
                    DeviceDescription(deviceId: "default", kind: .audiooutput, label: "Default speaker", groupId: "card0", isDefault: true)
                ]))
        case 20:
            Reply(
                UserMediaResult(
                    label: "Default microphone", deviceId: "default", groupId: "card0",
                    settings: .init(latency: 0.01, echoCancellation: true, noiseSuppression: true, autoGainControl: true)))
        case 3: Reply(CertificateResult(fingerprint: .init(algorithm: "sha-256", value: "3b:a1:7c")))
        case 34: Reply(KeepResult(token: "81d3…64 hexadecimal digits", seconds: 120))
        case 35: Reply(reclaimed)
        // The engine's own types, which the conformance suite looks at.
        case 27, 28: json["result"].map(Reply.result)
        default: nil
        }
    }

    private static var reclaimed: ReclaimResult {
        let microphone = UserMediaResult(
            label: "Default microphone", deviceId: "default", groupId: "card0",
            settings: .init(latency: 0.01, echoCancellation: true, noiseSuppression: true, autoGainControl: true))
        let transceiver = ReclaimResult.Transceiver(
            transceiver: TransceiverID(rawValue: 1), track: TrackHandle(rawValue: 1), streams: ["stream-1"], isActive: true, maxBitrate: 32_000,
            receiverStreams: ["janus"], receiverMuted: false)
        let channel = ReclaimResult.Channel(
            channel: ChannelID(rawValue: 1), described: .init(label: "chat", protocol: "", ordered: true, maxPacketLifeTime: nil, maxRetransmits: nil, id: 7))
        return ReclaimResult(
            connections: [
                .init(
                    connection: ConnectionHandle(rawValue: 1), configuration: Configuration(), snapshot: snapshot, transceivers: [transceiver],
                    channels: [channel])
            ],
            tracks: [.init(track: TrackHandle(rawValue: 1), trackId: "mic-1", enabled: true, muted: false, microphone: microphone)])
    }

    private static func event(_ name: String, _ json: JSONValue) -> Event? {
        let connection = ConnectionHandle(rawValue: 1)
        let track = TrackHandle(rawValue: 1)
        let ours = TransceiverID(rawValue: 1)
        let theirs = TransceiverID(rawValue: -1)
        switch name {
        case "iceCandidate":
            let text = "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host"
            return .iceCandidate(
                connection, Candidate(candidate: text, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "efgh"), snapshot)
        case "iceCandidateError":
            return .iceCandidateError(
                connection,
                .init(address: "192.0.2.1", port: 50000, url: "turn:turn.example?transport=udp", errorCode: 401, errorText: "Unauthorized"))
        case "stateChanged": return .stateChanged(connection, snapshot)
        case "receiverMuted": return .receiverMuted(connection, json["transceiver"] == 1 ? ours : theirs, false)
        case "trackEnded": return .trackEnded(track, reason: "The microphone was unplugged.")
        case "trackMuted": return .trackMuted(track, true)
        case "devicesChanged": return .devicesChanged([])
        case "toneChange": return .toneChange(connection, ours, tone: "1")
        case "playbackEnded": return .playbackEnded(PlaybackHandle(rawValue: 1), reason: "The loudspeaker was unplugged.")
        case "dataChannelAnnounced":
            return .dataChannelAnnounced(
                connection, ChannelID(rawValue: -1),
                .init(label: "chat", protocol: "", ordered: true, maxPacketLifeTime: 500, maxRetransmits: nil, id: 1))
        case "dataChannelOpened": return .dataChannelOpened(connection, ChannelID(rawValue: 1), id: 7)
        case "dataChannelMessage":
            return json["text"] != nil
                ? .dataChannelMessage(connection, ChannelID(rawValue: 1), DataPayload(isText: true, bytes: Array("hello".utf8)))
                : .dataChannelMessage(connection, ChannelID(rawValue: -1), DataPayload(isText: false, bytes: [0, 1, 2, 255]))
        case "dataChannelDrained": return .dataChannelDrained(connection, ChannelID(rawValue: 1), bytes: 65_536)
        case "dataChannelClosing": return .dataChannelClosing(connection, ChannelID(rawValue: 1))
        case "dataChannelClosed": return .dataChannelClosed(connection, ChannelID(rawValue: 1), reason: "all streams are in use")
        case "levels":
            return .levels(tracks: [track: [2500, 2100]], receivers: [.init(connection: connection, transceiver: theirs, levels: [0, 1250])])
        case "stats":
            return .stats(connection, StatsResult(timestamp: 1_700_000_001_000, changed: ["O1": ["packetsSent": 100]], removed: []))
        default: return nil
        }
    }
}
