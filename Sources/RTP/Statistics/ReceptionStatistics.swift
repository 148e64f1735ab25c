import Primitives

/// What is known about one source from the packets that came of it (RFC 3550 §6.4.1, A.1, A.3 and A.8).
///
/// Packets are authentic when they get here, so that none is on probation (RFC 3550 A.1 asks for two in sequence before it believes).
package struct ReceptionStatistics: Sendable, Hashable {
    /// A gap of more packets than this is not loss but a source that began anew (RFC 3550 A.1, MAX_DROPOUT).
    private static let longestGap = 3000
    /// A packet may be late by this many and still be of the same sequence (RFC 3550 A.1, MAX_MISORDER).
    private static let mostMisordered = 100
    /// Differences of transit time beyond this are a clock that jumped, not jitter.
    private static let largestTransitStep = 5.0

    package let ssrc: SSRC
    /// Units a second of the RTP timestamps of the last packet.
    package private(set) var clockRate: Int
    package private(set) var packetsReceived = 0
    /// Of payload.
    package private(set) var bytesReceived = 0
    /// Of headers and padding.
    package private(set) var headerBytesReceived = 0
    package private(set) var lastPacketReceived: Instant?
    /// The mean deviation of transit times, in seconds (RFC 3550 A.8).
    package private(set) var jitterSeconds = 0.0
    /// What the source's sender reports say; `nil` before the first.
    package private(set) var remoteOutbound: RemoteOutboundStatistics?
    /// Whether the source said goodbye and has not been heard since.
    package private(set) var hasLeft = false

    private var sequence = Unwrapper<UInt16>()
    /// The first sequence number, and the highest, continued.
    private var base: Int64 = 0
    private var highest: Int64 = 0
    /// Expected and lost before the source began anew.
    private var expectedBefore: Int64 = 0
    /// Where the sequence would go on if a packet far off is the first of a new one (RFC 3550 A.1, bad_seq).
    private var suspectedNext: SequenceNumber?
    /// Expected and received at the last report block, for the fraction lost since.
    private var expectedAtReport: Int64 = 0
    private var receivedAtReport = 0
    private var packetsAtReport = 0
    /// Of the last packet.
    package private(set) var lastTimestamp: UInt32?
    private var lastArrival: Instant?

    package init(ssrc: SSRC, clockRate: Int) {
        precondition(clockRate > 0, "an RTP clock runs")
        self.ssrc = ssrc
        self.clockRate = clockRate
    }

    /// Counts a packet of this source that arrived at `now`.
    ///
    /// - Parameter clockRate: of the packet's payload type; when it changes, the jitter is measured from there anew (RFC 7160 §4.2).
    package mutating func insert(_ packet: RTPPacket, clockRate: Int, at now: Instant) {
        precondition(clockRate > 0, "an RTP clock runs")
        guard place(packet.sequenceNumber) else { return }
        hasLeft = false
        packetsReceived += 1
        bytesReceived += packet.payload.count
        headerBytesReceived += packet.headerByteCount
        lastPacketReceived = now
        measureJitter(timestamp: packet.timestamp, clockRate: clockRate, at: now)
    }

    /// Takes note of what the source says about itself.
    package mutating func handle(_ report: SenderReport, at now: Instant) {
        var outbound = remoteOutbound ?? RemoteOutboundStatistics(report: report, receivedAt: now)
        outbound.update(with: report, at: now)
        remoteOutbound = outbound
    }

    package mutating func leave() { hasLeft = true }

    // MARK: Loss

    /// Packets that should have come by now.
    package var packetsExpected: Int { Int(expectedBefore + expectedInSequence) }

    /// Packets lost; negative where duplicates outnumber losses (RFC 3550 §6.4.1).
    package var packetsLost: Int { packetsExpected - packetsReceived }

    /// The highest sequence number, with the count of its cycles above it.
    package var extendedHighestSequenceNumber: UInt32 { UInt32(truncatingIfNeeded: highest) }

    private var expectedInSequence: Int64 { sequence.last == nil ? 0 : highest - base + 1 }

    /// Whether the packet belongs to the sequence (RFC 3550 A.1). One far off is not counted; if the next goes on from there, a new
    /// sequence has begun.
    private mutating func place(_ number: SequenceNumber) -> Bool {
        guard sequence.last != nil else {
            begin(at: number)
            return true
        }
        let position = sequence.peek(number.rawValue)
        let distance = position - highest
        if distance > -Self.mostMisordered, distance < Self.longestGap {
            // Before the first packet: it was the first's turn to be late.
            base = min(base, position)
            // The unwrapper follows the highest, so that a late packet does not draw it back.
            if distance > 0 { highest = sequence.unwrap(number.rawValue) }
            suspectedNext = nil
            return true
        }
        guard suspectedNext == number else {
            suspectedNext = number.next
            return false
        }
        expectedBefore += expectedInSequence
        begin(at: number)
        return true
    }

    private mutating func begin(at number: SequenceNumber) {
        sequence = Unwrapper()
        base = sequence.unwrap(number.rawValue)
        highest = base
        suspectedNext = nil
    }

    // MARK: Jitter

    /// RFC 3550 A.8: a sixteenth of each difference. Packets with the timestamp of the one before, such as the reports of a telephone
    /// event, tell nothing about transit.
    private mutating func measureJitter(timestamp: UInt32, clockRate: Int, at now: Instant) {
        defer {
            lastTimestamp = timestamp
            lastArrival = now
            self.clockRate = clockRate
        }
        guard let lastTimestamp, let lastArrival, timestamp != lastTimestamp, clockRate == self.clockRate else { return }
        let sent = Double(Int32(bitPattern: timestamp &- lastTimestamp)) / Double(clockRate)
        let difference = abs((now - lastArrival).seconds - sent)
        guard difference < Self.largestTransitStep else { return }
        jitterSeconds += (difference - jitterSeconds) / 16
    }

    // MARK: Reporting

    /// Whether packets came since the last report block, or none was made yet: only then the source is reported on (RFC 3550 §6.4).
    package var isWorthReporting: Bool { !hasLeft && packetsReceived > packetsAtReport }

    /// The block for the next report. What is lost since the last one is counted from here on.
    package mutating func makeReportBlock(at now: Instant) -> ReportBlock {
        let expected = Int64(packetsExpected)
        let expectedSince = expected - expectedAtReport
        let lostSince = expectedSince - Int64(packetsReceived - receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = packetsReceived
        packetsAtReport = packetsReceived
        let fraction = expectedSince > 0 && lostSince > 0 ? min(255, lostSince * 256 / expectedSince) : 0
        return ReportBlock(
            ssrc: ssrc, fractionLost: UInt8(fraction), cumulativeLost: Int32(clamping: min(max(packetsLost, -0x80_0000), 0x7F_FFFF)),
            extendedHighestSequenceNumber: extendedHighestSequenceNumber, jitter: UInt32(jitterSeconds * Double(clockRate)),
            lastSenderReport: remoteOutbound?.ntpTimestamp.middle ?? 0, delaySinceLastSenderReport: delaySinceSenderReport(at: now))
    }

    /// In units of 1/65536 s; zero where there was no report (RFC 3550 §6.4.1).
    private func delaySinceSenderReport(at now: Instant) -> UInt32 {
        guard let remoteOutbound else { return 0 }
        return UInt32(clamping: Int64((now - remoteOutbound.receivedAt).seconds * 65_536))
    }
}
