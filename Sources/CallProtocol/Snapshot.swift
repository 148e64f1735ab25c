/// The whole visible state of a connection, taken in the same turn as the reply or event that carries it. The page applies it, fires
/// what has changed in the specification's order, and only then settles its promise.
package struct Snapshot: Codable, Sendable, Hashable {
    package struct Description: Codable, Sendable, Hashable {
        package var type: String
        package var sdp: String

        package init(type: String, sdp: String) {
            self.type = type
            self.sdp = sdp
        }
    }

    package struct Transceiver: Codable, Sendable, Hashable {
        package struct Receiver: Codable, Sendable, Hashable {
            package var trackId: String
            package init(trackId: String) { self.trackId = trackId }
        }
        package struct Sender: Codable, Sendable, Hashable {
            package var canInsertDTMF: Bool
            package init(canInsertDTMF: Bool) { self.canInsertDTMF = canInsertDTMF }
        }

        package var transceiver: TransceiverID
        package var kind: String
        package var mid: String?
        package var direction: String
        package var currentDirection: String?
        package var stopped: Bool
        package var receiver: Receiver
        package var sender: Sender
        package var transport: Transport?

        package init(
            transceiver: TransceiverID, kind: String, mid: String?, direction: String, currentDirection: String?, stopped: Bool,
            receiver: Receiver, sender: Sender, transport: Transport?
        ) {
            self.transceiver = transceiver
            self.kind = kind
            self.mid = mid
            self.direction = direction
            self.currentDirection = currentDirection
            self.stopped = stopped
            self.receiver = receiver
            self.sender = sender
            self.transport = transport
        }
    }

    package struct Transport: Codable, Sendable, Hashable {
        package struct Pair: Codable, Sendable, Hashable {
            package var local: String
            package var remote: String
            package init(local: String, remote: String) {
                self.local = local
                self.remote = remote
            }
        }

        /// Transports of one connection that are the same have the same number.
        package var id: Int
        package var dtlsState: String
        package var iceState: String
        package var iceRole: String
        package var iceGatheringState: String
        package var selectedPair: Pair?
        /// What the other side has shown of itself, DER in base64; absent before.
        package var remoteCertificate: String?

        package init(
            id: Int, dtlsState: String, iceState: String, iceRole: String, iceGatheringState: String, selectedPair: Pair?,
            remoteCertificate: String? = nil
        ) {
            self.id = id
            self.dtlsState = dtlsState
            self.iceState = iceState
            self.iceRole = iceRole
            self.iceGatheringState = iceGatheringState
            self.selectedPair = selectedPair
            self.remoteCertificate = remoteCertificate
        }
    }

    /// RTCSctpTransport (webrtc-pc §6.1.1).
    package struct SCTP: Codable, Sendable, Hashable {
        /// `connecting`, `connected` or `closed`.
        package var state: String
        /// Bytes that a message to the other side may have; absent until both sides have said.
        package var maxMessageSize: Int?
        /// Channels at most; absent until connected.
        package var maxChannels: Int?
        /// Streams of the page's channels that are not open yet, by the channel's handle, once it is agreed which side has which numbers.
        package var ids: [String: Int]
        package var transport: Transport?

        package init(state: String, maxMessageSize: Int?, maxChannels: Int?, ids: [String: Int], transport: Transport?) {
            self.state = state
            self.maxMessageSize = maxMessageSize
            self.maxChannels = maxChannels
            self.ids = ids
            self.transport = transport
        }
    }

    package var signalingState: String
    package var iceGatheringState: String
    package var iceConnectionState: String
    package var connectionState: String
    package var canTrickleIceCandidates: Bool?
    package var currentLocalDescription: Description?
    package var pendingLocalDescription: Description?
    package var currentRemoteDescription: Description?
    package var pendingRemoteDescription: Description?
    package var transceivers: [Transceiver]
    /// While a description that is set has a section for data channels.
    package var sctp: SCTP?

    package init(
        signalingState: String, iceGatheringState: String, iceConnectionState: String, connectionState: String,
        canTrickleIceCandidates: Bool?, currentLocalDescription: Description?, pendingLocalDescription: Description?,
        currentRemoteDescription: Description?, pendingRemoteDescription: Description?, transceivers: [Transceiver], sctp: SCTP? = nil
    ) {
        self.signalingState = signalingState
        self.iceGatheringState = iceGatheringState
        self.iceConnectionState = iceConnectionState
        self.connectionState = connectionState
        self.canTrickleIceCandidates = canTrickleIceCandidates
        self.currentLocalDescription = currentLocalDescription
        self.pendingLocalDescription = pendingLocalDescription
        self.currentRemoteDescription = currentRemoteDescription
        self.pendingRemoteDescription = pendingRemoteDescription
        self.transceivers = transceivers
        self.sctp = sctp
    }
}
