import Primitives
import RTP
import SDP

/// The RTP state of one audio section: makes packets of what is sent, counts what is received, reports on both.
package final class AudioSection {
    /// What the descriptions ask for.
    package internal(set) var plan: SectionPlan
    package private(set) var reporter: RTCPReporter
    /// Packets of payload types that were not agreed on.
    package private(set) var packetsOfUnknownType = 0
    private var nextSequenceNumber: SequenceNumber
    /// How what we send gets lost, by the reports on it.
    private(set) var losses = LossPattern()

    init(plan: SectionPlan, clock: NTPClock, random: RandomSource) {
        self.plan = plan
        var random = random
        // RFC 3550 §5.1 asks for a random start. The upper half is spared, lest the number wraps before the other side has seen one packet and
        // SRTP's rollover counter is guessed wrong (RFC 3711 §3.3.1).
        nextSequenceNumber = SequenceNumber(UInt16(truncatingIfNeeded: random.next()) & 0x7FFF)
        reporter = RTCPReporter(
            ssrc: SSRC(plan.localSSRC), canonicalName: plan.cname, clockRate: Int(plan.sendCodecs.first?.clockRate ?? 48_000), clock: clock,
            random: random)
    }

    /// When `advance` has something to do.
    var wakeUp: Instant? { plan.direction == .inactive ? nil : reporter.wakeUp }

    /// Sends a report when its time has come.
    func advance(to now: Instant, over transport: ConnectionTransport?) {
        guard plan.direction != .inactive, let report = reporter.poll(at: now) else { return }
        _ = transport?.secure.send(rtcp: report, at: now)
    }

    /// Tells the other side that this source ends (RFC 3550 §6.3.7).
    func sayGoodbye(over transport: ConnectionTransport?, at now: Instant) {
        guard reporter.sender.packetsSent > 0 else { return }
        _ = transport?.secure.send(rtcp: reporter.goodbye(at: now), at: now)
    }

    // MARK: Sending

    func send(_ frame: OutgoingFrame, over transport: ConnectionTransport, at now: Instant) -> Bool {
        guard plan.direction.sends, let payloadType = PayloadType(rawValue: frame.payloadType),
            let clockRate = sendClockRate(of: frame.payloadType)
        else { return false }
        var extensions: [HeaderExtension] = []
        if let id = plan.sendExtensions.audioLevel {
            extensions.append(AudioLevel(decibelsBelowOverload: frame.audioLevel, hasVoice: frame.hasVoice).headerExtension(id: id))
        }
        if let id = plan.sendExtensions.transportNumber { extensions.append(transport.departures.nextNumber.headerExtension(id: id)) }
        if let id = plan.sendExtensions.mid { extensions.append(HeaderExtension(id: id, bytes: Array(plan.mid.utf8))) }
        let packet = RTPPacket(
            marker: frame.hasMarker, payloadType: payloadType, sequenceNumber: nextSequenceNumber, timestamp: frame.rtpTimestamp,
            ssrc: SSRC(plan.localSSRC), extensions: extensions, payload: frame.payload)
        guard transport.secure.send(rtp: packet.bytes, at: now) else { return false }
        if plan.sendExtensions.transportNumber != nil { transport.departures.packetSent() }
        nextSequenceNumber = nextSequenceNumber.next
        reporter.packetSent(packet, clockRate: Int(clockRate), capturedAt: frame.capturedAt, at: now)
        return true
    }

    private func sendClockRate(of payloadType: UInt8) -> UInt32? {
        payloadType == plan.sendRedundancy
            ? CodecCapability.redundancy.clockRate
            : plan.sendCodecs.first { $0.payloadType == payloadType }?.clockRate
            ?? plan.sendTelephoneEvents.first { $0.value == payloadType }?.key
            ?? (payloadType == plan.sendComfortNoise ? CodecCapability.comfortNoise.clockRate : nil)
    }

    // MARK: Receiving

    /// Counts a packet; whether it is to be played.
    func receive(_ packet: RTPPacket, at now: Instant) -> Bool {
        guard let clockRate = receiveClockRate(of: packet.payloadType.rawValue) else {
            packetsOfUnknownType += 1
            return false
        }
        reporter.packetReceived(packet, clockRate: Int(clockRate), at: now)
        return plan.direction.receives
    }

    /// Takes note of what the other side reports; whether it says anew how much of what we send is lost.
    func receive(_ packets: [RTCPPacket], at now: Instant) -> Bool {
        let before = reporter.sender.remoteInbound
        _ = reporter.handle(packets, at: now)
        guard let remote = reporter.sender.remoteInbound, remote.reportsReceived > before?.reportsReceived ?? 0 else { return false }
        let lost = remote.packetsLost - (before?.packetsLost ?? 0)
        let all = lost + remote.packetsReceived - (before?.packetsReceived ?? 0)
        if all > 0 { losses.insert(lost: Double(max(0, lost)), of: Double(all)) }
        return true
    }

    /// Tells the other side which of its packets came, as an early word (RFC 4585 §3.1).
    func send(_ feedback: TransportFeedback, over transport: ConnectionTransport, at now: Instant) {
        // The draft's §3.1: any source of the transport's will do.
        let source = reporter.receivers.keys.min { $0.rawValue < $1.rawValue }
        let packet = feedback.packet(sender: SSRC(plan.localSSRC), media: source ?? SSRC(0))
        _ = transport.secure.send(rtcp: reporter.compound(with: .transportFeedback(packet), isReduced: plan.allowsReducedSizeRTCP), at: now)
    }

    /// Whether the payload type is one that we said we take.
    func receives(_ payloadType: UInt8) -> Bool { receiveClockRate(of: payloadType) != nil }

    private func receiveClockRate(of payloadType: UInt8) -> UInt32? {
        payloadType == plan.receiveRedundancy
            ? CodecCapability.redundancy.clockRate
            : plan.receiveCodecs.first { $0.payloadType == payloadType }?.clockRate
            ?? plan.receiveTelephoneEvents.first { $0.value == payloadType }?.key
            ?? (payloadType == plan.receiveComfortNoise ? CodecCapability.comfortNoise.clockRate : nil)
    }
}
