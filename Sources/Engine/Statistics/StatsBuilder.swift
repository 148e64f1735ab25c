import AudioPipeline
import CallProtocol
import ICE
import JSEP
import JSONCoding
import Primitives
import RTP
import SCTP
import Transport

/// Makes the statistics of a connection from what its parts count (webrtc-stats; member names as there).
@NetworkLoop
struct StatsBuilder {
    let peer: PeerConnection
    let media: ConnectionMedia
    let clock: NTPClock
    /// Milliseconds since 1970.
    let timestamp: Double

    var report: StatsReport {
        var report: StatsReport = [:]
        report["P"] = object(
            "peer-connection", ["dataChannelsOpened": count(peer.dataChannelsOpened), "dataChannelsClosed": count(peer.dataChannelsClosed)])
        for (id, transport) in peer.transports.sorted(by: { $0.key < $1.key }) { addTransport(id, transport, to: &report) }
        for (handle, section) in peer.sections.sorted(by: { $0.key < $1.key }) { addSection(handle, section, to: &report) }
        for transceiver in peer.negotiator.transceivers where transceiver.kind == .video { addVideo(transceiver, to: &report) }
        addPlayout(to: &report)
        for channel in peer.data?.channels.values.map({ $0 }) ?? [] { report["D\(channel.handle.rawValue)"] = self.channel(channel) }
        return report
    }

    /// RTCDataChannelStats (webrtc-stats §8.16). Chromium keeps those of closed channels for a while; here they go with the channel.
    private func channel(_ channel: DataChannel) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "label": .string(channel.parameters.label), "protocol": .string(channel.parameters.subprotocol),
            "state": .string(channel.state.rawValue), "messagesSent": count(channel.messagesSent), "bytesSent": count(channel.bytesSent),
            "messagesReceived": count(channel.messagesReceived), "bytesReceived": count(channel.bytesReceived),
        ]
        members["dataChannelIdentifier"] = channel.id.map { .integer(Int64($0)) }
        return object("data-channel", members)
    }

    // MARK: Transport

    private func addTransport(_ id: TransportID, _ transport: ConnectionTransport, to report: inout StatsReport) {
        let secure = transport.secure
        let name = "T\(id.rawValue)"
        var members: [String: JSONValue] = [
            "packetsSent": count(secure.statistics.packetsSent), "packetsReceived": count(secure.statistics.packetsReceived),
            "bytesSent": count(secure.statistics.bytesSent), "bytesReceived": count(secure.statistics.bytesReceived),
            "dtlsState": .string(secure.securityState.rawValue), "iceState": .string(secure.agent.state.pageName),
            "iceRole": .string(secure.agent.isControlling ? "controlling" : "controlled"),
            "iceLocalUsernameFragment": .string(transport.plan.localICE.usernameFragment),
        ]
        members["dtlsRole"] = "unknown"
        if let dtls = secure.dtls {
            members["tlsVersion"] = dtls.versionCode.map(JSONValue.string)
            members["dtlsCipher"] = dtls.cipherSuite.map(JSONValue.string)
            members["dtlsRole"] = .string(dtls.role == .client ? "client" : "server")
            if let certificate = dtls.peerCertificate {
                members["remoteCertificateId"] = .string("CR\(id.rawValue)")
                report["CR\(id.rawValue)"] = certificateObject(der: certificate)
            }
        }
        members["srtpCipher"] = secure.srtpProfile.map { .string($0.name) }
        members["localCertificateId"] = "CL"
        report["CL"] = certificateObject(der: peer.configuration.certificate.der)
        for candidate in secure.agent.localCandidates { report[candidateID(candidate, "L", id)] = self.candidate(candidate, "local-candidate", name) }
        for candidate in secure.agent.remoteCandidates { report[candidateID(candidate, "R", id)] = self.candidate(candidate, "remote-candidate", name) }
        let pairs = secure.agent.pairStatistics
        // Each pair that was nominated has been selected once.
        members["selectedCandidatePairChanges"] = count(pairs.count { $0.isNominated || $0.isSelected })
        for pair in pairs {
            let pairID = "CP\(id.rawValue)_\(pair.id)"
            if pair.isSelected { members["selectedCandidatePairId"] = .string(pairID) }
            report[pairID] = self.pair(pair, secure.statistics, transport: name, id)
        }
        report[name] = object("transport", members)
    }

    private func pair(
        _ pair: CandidatePairStatistics, _ traffic: TransportStatistics, transport: String, _ id: TransportID
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "transportId": .string(transport), "localCandidateId": .string(candidateID(pair.local, "L", id)),
            "remoteCandidateId": .string(candidateID(pair.remote, "R", id)), "state": .string(pair.state.rawValue),
            "nominated": .bool(pair.isNominated), "priority": .integer(Int64(clamping: pair.priority)),
            "writable": .bool(pair.currentRoundTripTime != nil), "selected": .bool(pair.isSelected),
            "requestsSent": count(pair.requestsSent), "requestsReceived": count(pair.requestsReceived),
            "responsesSent": count(pair.responsesSent), "responsesReceived": count(pair.responsesReceived),
            "consentRequestsSent": count(pair.consentRequestsSent), "totalRoundTripTime": .number(pair.totalRoundTripTime.seconds),
            // What the transport carried went over the selected pair; earlier pairs' share is not told apart.
            "packetsSent": count(pair.isSelected ? traffic.packetsSent : 0), "bytesSent": count(pair.isSelected ? traffic.bytesSent : 0),
            "packetsReceived": count(pair.isSelected ? traffic.packetsReceived : 0),
            "bytesReceived": count(pair.isSelected ? traffic.bytesReceived : 0),
        ]
        members["currentRoundTripTime"] = pair.currentRoundTripTime.map { .number($0.seconds) }
        if pair.isSelected {
            members["lastPacketSentTimestamp"] = traffic.lastPacketSent.map { .number(clock.timestamp(at: $0).unixMilliseconds) }
            members["lastPacketReceivedTimestamp"] = traffic.lastPacketReceived.map { .number(clock.timestamp(at: $0).unixMilliseconds) }
            // What reports of loss let our encoders have; nothing else measures the path.
            let bitrates = peer.sections.keys.compactMap(media.targetBitrate)
            if !bitrates.isEmpty { members["availableOutgoingBitrate"] = .number(Double(bitrates.reduce(0, +))) }
        }
        // A datagram that the system does not take is lost as on the way: nothing is held back to be discarded.
        members["packetsDiscardedOnSend"] = 0
        members["bytesDiscardedOnSend"] = 0
        return object("candidate-pair", members)
    }

    private func candidate(_ candidate: ICECandidate, _ type: String, _ transport: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "transportId": .string(transport), "candidateType": .string(candidate.kind.rawValue), "protocol": "udp",
            "priority": .integer(Int64(candidate.priority)), "foundation": .string(candidate.foundation),
            "isRemote": .bool(type == "remote-candidate"),
        ]
        if let address = candidate.socketAddress {
            members["address"] = .string(address.ip.description)
            members["ip"] = .string(address.ip.description)
            members["port"] = .integer(Int64(address.port))
        }
        if let related = candidate.relatedAddress {
            members["relatedAddress"] = .string(related.ip.description)
            members["relatedPort"] = .integer(Int64(related.port))
        }
        members["url"] = candidate.url.map(JSONValue.string)
        members["relayProtocol"] = candidate.relayProtocol.map { .string($0.rawValue) }
        members["usernameFragment"] = candidate.usernameFragment.map(JSONValue.string)
        return object(type, members)
    }

    private func candidateID(_ candidate: ICECandidate, _ side: String, _ id: TransportID) -> String {
        "I\(side)\(id.rawValue)_\(candidate.kind.rawValue)_\(candidate.address)"
    }

    private func certificateObject(der: [UInt8]) -> [String: JSONValue] {
        let fingerprint = CertificateText(der: der)
        return object(
            "certificate",
            [
                "fingerprint": .string(fingerprint.fingerprint), "fingerprintAlgorithm": .string(fingerprint.algorithm),
                "base64Certificate": .string(fingerprint.base64),
            ])
    }

    // MARK: Media

    private func addSection(_ handle: TransceiverHandle, _ section: AudioSection, to report: inout StatsReport) {
        let plan = section.plan
        let transport = "T\(plan.transport.rawValue)"
        let source = "SA\(handle.rawValue)"
        for codec in plan.sendCodecs.prefix(1) { addCodec(codec, "O", transport, to: &report) }
        if plan.direction.sends { addOutbound(handle, section, source: source, transport: transport, to: &report) }
        if let track = media.sourceStatistics(of: handle), let trackID = peer.negotiator.transceiver(handle)?.senderTrackID {
            report[source] = object(
                "media-source",
                [
                    "kind": "audio", "trackIdentifier": .string(trackID), "audioLevel": .number(Double(track.level)),
                    "totalAudioEnergy": .number(track.totalEnergy), "totalSamplesDuration": .number(track.totalDuration),
                ])
        }
        for (ssrc, reception) in section.reporter.receivers { addInbound(handle, section, ssrc, reception, transport: transport, to: &report) }
    }

    private func addCodec(_ codec: PlannedCodec, _ side: String, _ transport: String, to report: inout StatsReport) {
        var members: [String: JSONValue] = [
            "mimeType": .string("audio/\(codec.name)"), "payloadType": .integer(Int64(codec.payloadType)),
            "clockRate": .integer(Int64(codec.clockRate)), "channels": .integer(Int64(codec.channels)), "transportId": .string(transport),
        ]
        if !codec.parameters.isEmpty {
            members["sdpFmtpLine"] = .string(codec.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";"))
        }
        report[codecID(codec.payloadType, side, transport)] = object("codec", members)
    }

    private func codecID(_ payloadType: UInt8, _ side: String, _ transport: String) -> String { "C\(side)\(transport)_\(payloadType)" }

    private func addOutbound(_ handle: TransceiverHandle, _ section: AudioSection, source: String, transport: String, to report: inout StatsReport) {
        let sender = section.reporter.sender
        let id = "OT\(sender.ssrc)"
        var members: [String: JSONValue] = [
            "kind": "audio", "mediaType": "audio", "ssrc": .integer(Int64(sender.ssrc.rawValue)), "mid": .string(section.plan.mid),
            "transportId": .string(transport), "mediaSourceId": .string(source), "packetsSent": count(sender.packetsSent),
            "bytesSent": count(sender.bytesSent), "headerBytesSent": count(sender.headerBytesSent), "retransmittedPacketsSent": 0,
            "retransmittedBytesSent": 0, "nackCount": 0, "active": .bool(media.isActive(handle)), "totalPacketSendDelay": 0.0, "encodingIndex": 0,
            "packetsSentWithEct1": 0,
        ]
        members["targetBitrate"] = media.targetBitrate(of: handle).map { .number(Double($0)) }
        if let codec = section.plan.sendCodecs.first { members["codecId"] = .string(codecID(codec.payloadType, "O", transport)) }
        if let remote = sender.remoteInbound {
            let remoteID = "RI\(sender.ssrc)"
            members["remoteId"] = .string(remoteID)
            var inbound: [String: JSONValue] = [
                "kind": "audio", "mediaType": "audio", "ssrc": .integer(Int64(sender.ssrc.rawValue)), "localId": .string(id),
                "transportId": .string(transport), "packetsLost": count(remote.packetsLost), "packetsReceived": count(remote.packetsReceived),
                "fractionLost": .number(remote.fractionLost), "jitter": .number(remote.jitterSeconds),
                "totalRoundTripTime": .number(remote.totalRoundTripTime),
                "roundTripTimeMeasurements": count(remote.roundTripTimeMeasurements),
            ]
            inbound["roundTripTime"] = remote.roundTripTime.map(JSONValue.number)
            inbound["codecId"] = members["codecId"]
            report[remoteID] = object("remote-inbound-rtp", inbound)
        }
        report[id] = object("outbound-rtp", members)
    }

    private func addInbound(
        _ handle: TransceiverHandle, _ section: AudioSection, _ ssrc: SSRC, _ reception: ReceptionStatistics, transport: String,
        to report: inout StatsReport
    ) {
        let id = "IT\(ssrc)"
        var members: [String: JSONValue] = [
            "kind": "audio", "mediaType": "audio", "ssrc": .integer(Int64(ssrc.rawValue)), "mid": .string(section.plan.mid),
            "transportId": .string(transport), "packetsReceived": count(reception.packetsReceived),
            "packetsLost": count(reception.packetsLost), "bytesReceived": count(reception.bytesReceived),
            "headerBytesReceived": count(reception.headerBytesReceived), "jitter": .number(reception.jitterSeconds),
            "packetsDiscarded": 0, "nackCount": 0, "retransmittedPacketsReceived": 0, "retransmittedBytesReceived": 0,
            "packetsReceivedWithEct1": 0, "packetsReceivedWithCe": 0, "playoutId": .string(Self.playoutID),
        ]
        if let track = peer.negotiator.transceiver(handle)?.receiverTrackID { members["trackIdentifier"] = .string(track) }
        // Not of webrtc-stats: getSynchronizationSources() has it from here (webrtc-pc §5.3).
        members["rtpTimestamp"] = reception.lastTimestamp.map { .integer(Int64($0)) }
        if let last = reception.lastPacketReceived {
            members["lastPacketReceivedTimestamp"] = .number(clock.timestamp(at: last).unixMilliseconds)
        }
        if let codec = section.plan.receiveCodecs.first {
            addCodec(codec, "I", transport, to: &report)
            members["codecId"] = .string(codecID(codec.payloadType, "I", transport))
        }
        members.merge(media.playoutStatistics(of: handle)) { own, _ in own }
        if let remote = reception.remoteOutbound {
            let remoteID = "RO\(ssrc)"
            members["remoteId"] = .string(remoteID)
            var outbound: [String: JSONValue] = [
                    "kind": "audio", "mediaType": "audio", "ssrc": .integer(Int64(ssrc.rawValue)), "localId": .string(id),
                    "transportId": .string(transport), "packetsSent": count(remote.packetsSent), "bytesSent": count(remote.bytesSent),
                    "reportsSent": count(remote.reportsReceived), "remoteTimestamp": .number(remote.ntpTimestamp.unixMilliseconds),
                    "totalRoundTripTime": 0.0, "roundTripTimeMeasurements": 0,
            ]
            outbound["codecId"] = members["codecId"]
            report[remoteID] = object("remote-outbound-rtp", outbound)
        }
        report[id] = object("inbound-rtp", members)
    }

    /// Of video there is nothing to count: it is agreed on, and never sent.
    private func addVideo(_ transceiver: Transceiver, to report: inout StatsReport) {
        guard transceiver.currentDirection?.sends == true, let mid = transceiver.mid,
            let transport = peer.negotiator.mediaPlan.transports.first(where: { $0.mids.contains(mid) })
        else { return }
        let name = "T\(transport.id.rawValue)"
        report["OT\(transceiver.ssrc)"] = object(
            "outbound-rtp",
            [
                "kind": "video", "mediaType": "video", "ssrc": .integer(Int64(transceiver.ssrc)), "mid": .string(mid),
                "transportId": .string(name), "packetsSent": 0, "bytesSent": 0, "headerBytesSent": 0, "retransmittedPacketsSent": 0,
                "retransmittedBytesSent": 0, "nackCount": 0, "firCount": 0, "pliCount": 0, "active": true, "framesEncoded": 0,
                "keyFramesEncoded": 0, "framesSent": 0, "hugeFramesSent": 0, "totalEncodeTime": 0.0, "totalEncodedBytesTarget": 0,
                "totalPacketSendDelay": 0.0, "qualityLimitationReason": "none", "qualityLimitationResolutionChanges": 0,
                "qualityLimitationDurations": .object(["none": 0.0, "cpu": 0.0, "bandwidth": 0.0, "other": 0.0]), "encodingIndex": 0,
                "packetsSentWithEct1": 0,
            ])
    }

    /// What all receivers of the connection have handed to the loudspeaker (webrtc-stats §8.16).
    private func addPlayout(to report: inout StatsReport) {
        let received = peer.sections.keys.map(media.playoutStatistics)
        let samples = received.reduce(Int64(0)) { longest, statistics in
            guard case .integer(let samples) = statistics["totalSamplesReceived"] else { return longest }
            return max(longest, samples)
        }
        guard peer.sections.values.contains(where: { !$0.reporter.receivers.isEmpty }) else { return }
        report[Self.playoutID] = object(
            "media-playout",
            [
                "kind": "audio", "synthesizedSamplesDuration": 0.0, "synthesizedSamplesEvents": 0,
                "totalSamplesDuration": .number(Double(samples) / 48_000), "totalSamplesCount": .integer(samples),
            ])
    }

    // MARK: Parts

    private static let playoutID = "AP"

    private func object(_ type: String, _ members: [String: JSONValue]) -> [String: JSONValue] {
        var object = members
        object["type"] = .string(type)
        return object
    }

    private func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
