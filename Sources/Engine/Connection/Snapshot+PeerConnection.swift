import CallProtocol
import ICE
import JSEP
import Primitives
import SCTP

/// The visible state of a connection, in the words of the protocol.
extension Snapshot {
    init(of peer: PeerConnection) {
        let negotiator = peer.negotiator
        func description(_ text: DescriptionText?) -> Description? { text.map { Description(type: $0.type.rawValue, sdp: $0.sdp) } }
        self.init(
            signalingState: negotiator.signalingState.rawValue, iceGatheringState: peer.states.gathering.rawValue,
            iceConnectionState: peer.states.ice.rawValue, connectionState: peer.states.connection.rawValue,
            canTrickleIceCandidates: negotiator.canTrickleIceCandidates,
            currentLocalDescription: description(negotiator.currentLocalDescription),
            pendingLocalDescription: description(negotiator.pendingLocalDescription),
            currentRemoteDescription: description(negotiator.currentRemoteDescription),
            pendingRemoteDescription: description(negotiator.pendingRemoteDescription),
            transceivers: negotiator.transceivers.map { transceiver in
                let plan = transceiver.mid.flatMap { mid in negotiator.mediaPlan.transports.first { $0.mids.contains(mid) } }
                return Transceiver(
                    transceiver: TransceiverID(rawValue: transceiver.handle.rawValue), kind: transceiver.kind.rawValue, mid: transceiver.mid,
                    direction: transceiver.direction.rawValue, currentDirection: transceiver.currentDirection?.rawValue,
                    stopped: transceiver.isStopped, receiver: .init(trackId: transceiver.receiverTrackID),
                    sender: .init(canInsertDTMF: negotiator.canInsertDTMF(transceiver.handle)),
                    transport: plan.flatMap { peer.transports[$0.id] }.map(Transport.init))
            },
            sctp: negotiator.dataMid.map { mid in
                SCTP(
                    state: (peer.data?.state ?? .connecting).rawValue, maxMessageSize: negotiator.mediaPlan.data?.maximumMessageSize,
                    maxChannels: peer.data?.streamCount, ids: Self.ids(peer.data),
                    transport: negotiator.mediaPlan.transports.first { $0.mids.contains(mid) }.flatMap { peer.transports[$0.id] }
                        .map(Transport.init))
            })
    }

    private static func ids(_ data: DataTransport?) -> [String: Int] {
        var ids: [String: Int] = [:]
        for (handle, channel) in data?.channels ?? [:] where channel.state == .connecting {
            ids[String(handle.rawValue)] = channel.id.map(Int.init)
        }
        return ids
    }

    /// What is left of a connection whose engine side is gone.
    static let closed = Snapshot(
        signalingState: "closed", iceGatheringState: "complete", iceConnectionState: "closed", connectionState: "closed",
        canTrickleIceCandidates: nil, currentLocalDescription: nil, pendingLocalDescription: nil, currentRemoteDescription: nil,
        pendingRemoteDescription: nil, transceivers: [])
}

extension Snapshot.Transport {
    init(_ transport: ConnectionTransport) {
        let agent = transport.secure.agent
        self.init(
            id: transport.id.rawValue, dtlsState: transport.secure.securityState.rawValue, iceState: agent.state.pageName,
            iceRole: agent.isControlling ? "controlling" : "controlled", iceGatheringState: transport.gathering.rawValue,
            selectedPair: agent.selectedPair.map {
                Pair(local: $0.candidates.local.attributeValue, remote: $0.candidates.remote.attributeValue)
            },
            remoteCertificate: transport.secure.dtls?.peerCertificate.map { Base64.encode($0) })
    }
}

extension NegotiationResult {
    init(_ changes: Changes, snapshot: Snapshot) {
        func id(_ handle: TransceiverHandle) -> TransceiverID { TransceiverID(rawValue: handle.rawValue) }
        func change(_ change: Changes.TrackChange) -> TrackChange { TrackChange(transceiver: id(change.transceiver), streams: change.streams) }
        self.init(
            snapshot: snapshot, receiversMuted: changes.receiversMuted.map(id), tracksRemoved: changes.tracksRemoved.map(change),
            tracksAdded: changes.tracksAdded.map(change), transceiversRemoved: changes.transceiversRemoved.map(id))
    }
}

extension EngineStatus.Document.Connection {
    init(handle: ConnectionHandle, peer: PeerConnection) {
        let transport = peer.negotiator.mediaPlan.transports.first.flatMap { peer.transports[$0.id] }
        let pair = transport?.secure.agent.selectedPair?.candidates
        self.init(
            connection: handle, state: peer.states.connection.rawValue, iceState: peer.states.ice.rawValue,
            codec: peer.negotiator.mediaPlan.sections.first?.sendCodecs.first?.name, srtpProfile: transport?.secure.srtpProfile?.name,
            dtlsCipher: transport?.secure.dtls?.cipherSuite, localCandidate: pair?.local.attributeValue,
            remoteCandidate: pair?.remote.attributeValue)
    }
}
