import Primitives

/// What one source of ours has sent, and what is said about it.
package struct SenderStatistics: Sendable {
    package let ssrc: SSRC
    package private(set) var packetsSent = 0
    /// Of payload.
    package private(set) var bytesSent = 0
    /// Of headers and padding.
    package private(set) var headerBytesSent = 0
    package private(set) var lastPacketSent: Instant?
    /// Sender reports sent.
    package private(set) var reportsSent = 0
    /// What the other side reports; `nil` before its first report on us.
    package private(set) var remoteInbound: RemoteInboundStatistics?
    /// Units a second of the RTP clock.
    package private(set) var clockRate: Int

    private var firstSequenceNumber: SequenceNumber?
    /// An RTP timestamp and the moment it stands for, by which reports tell the time of others.
    private var timestampReference: (timestamp: UInt32, instant: Instant)?
    private var packetsAtReport = 0
    /// Whether something was sent between the last two reports.
    private var wasSending = false

    package init(ssrc: SSRC, clockRate: Int) {
        precondition(clockRate > 0, "an RTP clock runs")
        self.ssrc = ssrc
        self.clockRate = clockRate
    }

    /// Counts a packet that was sent.
    ///
    /// - Parameters:
    ///   - capturedAt: the moment that the packet's timestamp stands for.
    package mutating func insert(_ packet: RTPPacket, clockRate: Int, capturedAt: Instant, at now: Instant) {
        precondition(clockRate > 0, "an RTP clock runs")
        self.clockRate = clockRate
        if firstSequenceNumber == nil { firstSequenceNumber = packet.sequenceNumber }
        packetsSent += 1
        bytesSent += packet.payload.count
        headerBytesSent += packet.headerByteCount
        lastPacketSent = now
        timestampReference = (packet.timestamp, capturedAt)
    }

    /// Takes note of what the other side says about this source.
    package mutating func handle(_ block: ReportBlock, ntp: NTPTimestamp, at now: Instant) {
        // About a stream that has not begun nobody can have heard.
        guard block.ssrc == ssrc, let firstSequenceNumber else { return }
        var inbound = remoteInbound ?? RemoteInboundStatistics(receivedAt: now)
        inbound.update(with: block, clockRate: clockRate, firstSequenceNumber: firstSequenceNumber, ntp: ntp, at: now)
        remoteInbound = inbound
    }

    /// The report for now, or `nil` where the source has sent nothing since the report before the last, and is no sender (RFC 3550 §6.4).
    package mutating func makeSenderReport(blocks: [ReportBlock], ntp: NTPTimestamp, at now: Instant) -> SenderReport? {
        let isSending = packetsSent > packetsAtReport
        defer {
            wasSending = isSending
            packetsAtReport = packetsSent
        }
        guard isSending || wasSending, let timestampReference else { return nil }
        reportsSent += 1
        let elapsed = (now - timestampReference.instant).seconds * Double(clockRate)
        return SenderReport(
            ssrc: ssrc, ntpTimestamp: ntp,
            rtpTimestamp: timestampReference.timestamp &+ UInt32(truncatingIfNeeded: Int64(elapsed.rounded())),
            packetCount: UInt32(truncatingIfNeeded: packetsSent), octetCount: UInt32(truncatingIfNeeded: bytesSent), blocks: blocks)
    }
}
