import AudioCodecs
import AudioPipeline
import JSEP
import JSONCoding
import Playout
import Primitives
import RTP

/// What a connection sends and plays in the audio graph, section by section, as its media plan asks.
///
/// Senders and receivers live as long as the connection, so that a renegotiation neither clicks nor loses count; what a plan does not
/// name falls silent.
@NetworkLoop
final class ConnectionMedia {
    /// What one transceiver sends.
    private struct Sender {
        let stream: SendStream
        var track: LocalTrack?
        var codec: PlannedCodec?
        var packetTime: Int?
        var maximumPacketTime: Int?
        /// What the audio thread has.
        var encoder: NegotiatedEncoder?
        var bandwidth: Int?
        /// Under which Opus may be repeated (RFC 2198), and whether the other side wants that always.
        var redundancy: UInt8?
        var prefersRedundancy = false
        /// Under which the background is described in pauses (RFC 3389).
        var comfortNoise: UInt8?
        var telephoneEvents: [UInt32: UInt8] = [:]
        var isPlanned = false
        var isActive = true
        var maximumBitrate: Int?
        /// As the other side tells.
        var losses = LossPattern()
        /// What the encoder was told last.
        var tuning: EncoderTuning?
    }
    /// What one transceiver receives.
    private struct Receiver {
        let stream: ReceiveStream
        /// What the payload types stand for. The playout must know of telephone events too, lest it take the voice for lost meanwhile.
        var formats: [UInt8: PlayoutContent] = [:]
        /// What repeats others (RFC 2198).
        var redundancy: UInt8?
        /// Receiving is agreed on.
        var isPlanned = false
        /// The page has been told that its track is not muted.
        var isUnmuted = false
        var hasHeard = false
    }

    private let graph: GraphControl
    /// Sent for tracks whose sound is not the engine's: it is not ticked, and so stays silence.
    private let silence = LocalTrack(chain: nil)
    private var senders: [TransceiverHandle: Sender] = [:]
    private var receivers: [TransceiverHandle: Receiver] = [:]
    private var toneChanges: [(TransceiverHandle, String)] = []

    init(graph: GraphControl) { self.graph = graph }

    func close() {
        for sender in senders.values { graph.perform(.removeSender(sender.stream)) }
        for receiver in receivers.values { graph.perform(.removeReceiver(receiver.stream)) }
        senders = [:]
        receivers = [:]
    }

    // MARK: The page's wishes

    /// `addTrack`, `replaceTrack`, `removeTrack`: what the transceiver sends from now on. `hasForeignTrack`: the page has a track there whose
    /// sound stays with the page; the other side gets silence, and a stream that runs.
    func setTrack(_ given: LocalTrack?, hasForeignTrack: Bool, of handle: TransceiverHandle) {
        let track = given ?? (hasForeignTrack ? silence : nil)
        let stream = sender(of: handle)
        senders[handle]?.track = track
        graph.perform(.setSenderTrack(stream, track))
    }

    func setEncoding(of handle: TransceiverHandle, isActive: Bool, maximumBitrate: Int?) {
        _ = sender(of: handle)
        senders[handle]?.isActive = isActive
        senders[handle]?.maximumBitrate = maximumBitrate
        applySending(of: handle)
        encode(handle)
    }

    /// Whether the page lets it send (`encodings[0].active`).
    func isActive(_ handle: TransceiverHandle) -> Bool { senders[handle]?.isActive ?? true }

    /// What a transceiver sends, as the page has set it.
    func sending(of handle: TransceiverHandle) -> (track: LocalTrack?, isActive: Bool, maximumBitrate: Int?) {
        guard let sender = senders[handle] else { return (nil, true, nil) }
        return (sender.track, sender.isActive, sender.maximumBitrate)
    }

    /// Whether the page has been told that media comes.
    func isUnmuted(_ handle: TransceiverHandle) -> Bool { receivers[handle]?.isUnmuted ?? false }

    func setReceiver(_ handle: TransceiverHandle, isEnabled: Bool) {
        graph.perform(.setReceiverEnabled(receiver(of: handle), isEnabled))
    }

    /// `false` where telephone events are not agreed on.
    func send(_ tones: DTMFToneList, of handle: TransceiverHandle, duration: Int?, gap: Int?) -> Bool {
        guard let sender = senders[handle], sender.isPlanned, let codec = sender.codec,
            // The codec's own clock keeps both on one line of timestamps (RFC 4733 §2.1).
            let event = sender.telephoneEvents[codec.clockRate].map({ (codec.clockRate, $0) }) ?? sender.telephoneEvents.first.map({ ($0.key, $0.value) })
        else { return false }
        let request = ToneRequest(
            tones: tones, payloadType: event.1, clockRate: Int(event.0), duration: duration ?? DTMFSender.usualDuration,
            gap: gap ?? DTMFSender.usualGap)
        graph.perform(.sendTones(sender.stream, request))
        return true
    }

    // MARK: The plan

    func carryOut(_ plan: MediaPlan) {
        for section in plan.sections {
            carryOutSending(section)
            carryOutReceiving(section)
        }
        for handle in senders.keys where plan.section(of: handle) == nil {
            senders[handle]?.isPlanned = false
            applySending(of: handle)
        }
    }

    private func carryOutSending(_ section: SectionPlan) {
        let handle = section.transceiver
        _ = sender(of: handle)
        senders[handle]?.codec = section.sendCodecs.first
        senders[handle]?.redundancy = section.sendRedundancy
        senders[handle]?.prefersRedundancy = section.prefersRedundancy
        senders[handle]?.comfortNoise = section.sendComfortNoise
        senders[handle]?.packetTime = section.sendPacketTime
        senders[handle]?.maximumPacketTime = section.sendMaximumPacketTime
        senders[handle]?.bandwidth = section.sendBandwidth
        senders[handle]?.telephoneEvents = section.sendTelephoneEvents
        senders[handle]?.isPlanned = section.direction.sends
        encode(handle)
        applySending(of: handle)
    }

    private func carryOutReceiving(_ section: SectionPlan) {
        _ = receiver(of: section.transceiver)
        var formats: [UInt8: PlayoutContent] = [:]
        for codec in section.receiveCodecs { formats[codec.payloadType] = AudioCodec(rawValue: codec.name).map(PlayoutContent.speech) }
        for payloadType in section.receiveTelephoneEvents.values { formats[payloadType] = .telephoneEvent }
        if let payloadType = section.receiveComfortNoise { formats[payloadType] = .comfortNoise }
        receivers[section.transceiver]?.formats = formats
        receivers[section.transceiver]?.isPlanned = section.direction.receives
        // The page's track is muted by what was agreed; the first packet after a hold is news again.
        if !section.direction.receives { receivers[section.transceiver]?.isUnmuted = false }
        receivers[section.transceiver]?.redundancy = section.receiveRedundancy
    }

    private func applySending(of handle: TransceiverHandle) {
        guard let sender = senders[handle] else { return }
        graph.perform(.setSending(sender.stream, sender.isPlanned && sender.isActive))
    }

    /// Sees to it that the encoder is the one that was agreed on, and has its present bits.
    private func encode(_ handle: TransceiverHandle) {
        guard let sender = senders[handle] else { return }
        let bitrate = sender.codec.map { self.bitrate(of: handle, $0) } ?? NegotiatedEncoder.usualBitrate
        let wanted = sender.codec.map {
            NegotiatedEncoder(
                $0, redundancy: sender.redundancy, comfortNoise: sender.comfortNoise, packetTime: sender.packetTime,
                maximumPacketTime: sender.maximumPacketTime, bitrate: bitrate)
        }
        if wanted != sender.encoder {
            senders[handle]?.encoder = wanted
            senders[handle]?.tuning = nil
            graph.perform(.setEncoder(sender.stream, wanted?.make(bitrate: bitrate)))
        }
        tune(handle)
    }

    private func tune(_ handle: TransceiverHandle) {
        guard let sender = senders[handle], let codec = sender.codec, codec.name == "opus" else { return }
        let tuning = RedundancyPolicy.tuning(
            bitrate: bitrate(of: handle, codec),
            limit: NegotiatedEncoder.limit(codec, bandwidth: sender.bandwidth, maximum: sender.maximumBitrate), losses: sender.losses,
            isAgreed: sender.redundancy != nil, isPreferred: sender.prefersRedundancy)
        guard tuning != sender.tuning else { return }
        senders[handle]?.tuning = tuning
        graph.perform(.tuneEncoder(sender.stream, tuning))
    }

    private func bitrate(of handle: TransceiverHandle, _ codec: PlannedCodec) -> Int {
        NegotiatedEncoder.bitrate(codec, bandwidth: senders[handle]?.bandwidth, maximum: senders[handle]?.maximumBitrate)
    }

    /// The other side tells how packets get lost: what is spent on redundancy follows.
    func report(_ losses: LossPattern, on handle: TransceiverHandle) {
        senders[handle]?.losses = losses
        tune(handle)
    }

    // MARK: Packets

    /// Sends what the encoders have made since last time.
    func sendFrames(over peer: PeerConnection, at now: Instant) {
        for (handle, sender) in senders {
            let clockRate = Double(sender.codec?.clockRate ?? 48_000)
            while let (header, payload) = sender.stream.frames.read({ ($0, Array($1)) }) {
                switch header.content {
                case .audio, .telephoneEvent:
                    _ = peer.send(OutgoingFrame(header, clockRate: clockRate, payload: payload), of: handle, at: now)
                case .toneChange(let change):
                    toneChanges.append((handle, change.text))
                }
            }
        }
    }

    /// The tones that have begun since last time, and the empty one for the end (webrtc-pc §7.3).
    func takeToneChanges() -> [(TransceiverHandle, String)] {
        defer { toneChanges = [] }
        return toneChanges
    }

    /// Hands a packet down to the audio thread; whether it is the first that this receiver has heard since it may receive.
    func receive(_ packet: RTPPacket, for handle: TransceiverHandle, at now: Instant) -> Bool {
        guard let receiver = receivers[handle] else { return false }
        if packet.payloadType.rawValue == receiver.redundancy {
            guard let speech = RedundantSpeech(parsing: packet, at: now, formats: receiver.formats) else { return false }
            for frame in speech.frames { _ = receiver.stream.insert(frame.packet, payload: frame.payload) }
        } else {
            guard let content = receiver.formats[packet.payloadType.rawValue] else { return false }
            let described = PlayoutPacket(
                content: content, ssrc: packet.ssrc.rawValue, sequenceNumber: packet.sequenceNumber.rawValue, timestamp: packet.timestamp,
                arrival: now)
            _ = receiver.stream.insert(described, payload: packet.payload)
        }
        receivers[handle]?.hasHeard = true
        guard receiver.isPlanned, !receiver.isUnmuted else { return false }
        receivers[handle]?.isUnmuted = true
        return true
    }

    /// The receiver of a transceiver; made when first asked for, since a page may play it before it is negotiated.
    func receiver(of handle: TransceiverHandle) -> ReceiveStream {
        if let known = receivers[handle] { return known.stream }
        let stream = ReceiveStream()
        receivers[handle] = Receiver(stream: stream)
        graph.perform(.addReceiver(stream))
        return stream
    }

    // MARK: Statistics

    /// What the encoder is to make of a second, in bits; `nil` where nothing is agreed on.
    func targetBitrate(of handle: TransceiverHandle) -> Int? {
        senders[handle]?.codec.map { $0.name == "opus" ? bitrate(of: handle, $0) : 64_000 }
    }

    /// Loudness of the track that a transceiver sends; `nil` where it sends none.
    func sourceStatistics(of handle: TransceiverHandle) -> LevelStatistics? { senders[handle]?.track?.level.read() }

    /// What has been played, and how loud it was.
    func receptionStatistics(of handle: TransceiverHandle) -> ReceiveStreamStatistics? { receivers[handle]?.stream.statistics.read() }

    /// What `inbound-rtp` says of the playout.
    func playoutStatistics(of handle: TransceiverHandle) -> [String: JSONValue] {
        guard let statistics = receptionStatistics(of: handle) else { return [:] }
        let playout = statistics.playout
        func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        return [
            // Decoding is done in the tick that plays, and adds nothing that would be seen.
            "jitterBufferDelay": .number(playout.jitterBufferDelay), "totalProcessingDelay": .number(playout.jitterBufferDelay), "jitterBufferTargetDelay": .number(playout.jitterBufferTargetDelay),
            "jitterBufferMinimumDelay": .number(playout.jitterBufferMinimumDelay),
            "jitterBufferEmittedCount": count(playout.jitterBufferEmittedCount),
            "totalSamplesReceived": count(playout.totalSamplesReceived), "concealedSamples": count(playout.concealedSamples),
            "silentConcealedSamples": count(playout.silentConcealedSamples), "concealmentEvents": count(playout.concealmentEvents),
            "insertedSamplesForDeceleration": count(playout.insertedSamplesForDeceleration),
            "removedSamplesForAcceleration": count(playout.removedSamplesForAcceleration),
            "packetsDiscarded": count(playout.packetsDiscarded), "fecPacketsReceived": count(playout.fecPacketsReceived),
            "fecPacketsDiscarded": count(playout.fecPacketsDiscarded), "audioLevel": .number(Double(statistics.level.level)),
            "totalAudioEnergy": .number(statistics.level.totalEnergy), "totalSamplesDuration": .number(statistics.level.totalDuration),
        ]
    }

    var receiverLevels: [(TransceiverHandle, Double)] {
        receivers.filter(\.value.hasHeard).map { ($0.key, Double($0.value.stream.statistics.read().level.level)) }
    }

    private func sender(of handle: TransceiverHandle) -> SendStream {
        if let known = senders[handle] { return known.stream }
        let stream = SendStream(initialTimestamp: UInt32.random(in: .min ... .max))
        senders[handle] = Sender(stream: stream)
        graph.perform(.addSender(stream))
        graph.perform(.setSending(stream, false))
        return stream
    }
}

extension OutgoingFrame {
    fileprivate init(_ header: EncodedFrameHeader, clockRate: Double, payload: [UInt8]) {
        let age = Double(Int32(bitPattern: header.tickTimestamp &- header.rtpTimestamp)) / clockRate
        self.init(
            payloadType: header.payloadType, rtpTimestamp: header.rtpTimestamp, hasMarker: header.marker, audioLevel: header.audioLevel,
            hasVoice: header.hasVoice, capturedAt: Instant(nanoseconds: header.tick) - .seconds(fraction: age), payload: payload)
    }
}

extension DTMFStep.ToneChange {
    /// As the page's `tonechange` event has it.
    fileprivate var text: String {
        switch self {
        case .began(let tone): tone.description
        case .finished: ""
        }
    }
}
