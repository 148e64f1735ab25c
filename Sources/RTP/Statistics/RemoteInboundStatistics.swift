import Primitives

/// How the other side hears what we send, for RTCRemoteInboundRtpStreamStats (webrtc-stats §7.3).
package struct RemoteInboundStatistics: Sendable, Hashable {
    /// Longer than any path; a round trip beyond this is a report that makes no sense.
    private static let longestRoundTrip = 60.0

    /// Packets lost since the beginning, as the other side counts.
    package private(set) var packetsLost = 0
    /// Packets that arrived there: what it expected by its highest sequence number, less the lost.
    package private(set) var packetsReceived = 0
    /// Of the packets between the last two reports, 0…1.
    package private(set) var fractionLost = 0.0
    package private(set) var jitterSeconds = 0.0
    /// The last round trip measured, in seconds.
    package private(set) var roundTripTime: Double?
    /// The sum of all round trips measured, in seconds.
    package private(set) var totalRoundTripTime = 0.0
    package private(set) var roundTripTimeMeasurements = 0
    package private(set) var reportsReceived = 0
    package private(set) var lastReportReceived: Instant

    init(receivedAt: Instant) { lastReportReceived = receivedAt }

    /// - Parameters:
    ///   - clockRate: of the stream, in whose units the block has its jitter.
    ///   - firstSequenceNumber: of the first packet sent.
    mutating func update(with block: ReportBlock, clockRate: Int, firstSequenceNumber: SequenceNumber, ntp: NTPTimestamp, at now: Instant) {
        packetsLost = Int(block.cumulativeLost)
        let expected = Int(block.extendedHighestSequenceNumber) - Int(firstSequenceNumber.rawValue) + 1
        packetsReceived = max(0, expected - packetsLost)
        fractionLost = Double(block.fractionLost) / 256
        jitterSeconds = Double(block.jitter) / Double(clockRate)
        reportsReceived += 1
        lastReportReceived = now
        guard let roundTrip = Self.roundTrip(of: block, ntp: ntp) else { return }
        roundTripTime = roundTrip
        totalRoundTripTime += roundTrip
        roundTripTimeMeasurements += 1
    }

    /// RFC 3550 §6.4.1: arrival, less the time of our report, less the time it lay there; modulo 2¹⁶ seconds.
    private static func roundTrip(of block: ReportBlock, ntp: NTPTimestamp) -> Double? {
        guard block.lastSenderReport != 0 else { return nil }
        let units = ntp.middle &- block.lastSenderReport &- block.delaySinceLastSenderReport
        // Rounding in the other's clock may make a short path less than nothing.
        let seconds = Double(max(0, Int32(bitPattern: units))) / 65_536
        let isAbsurd = seconds > longestRoundTrip || Double(Int32(bitPattern: units)) / 65_536 < -1
        return isAbsurd ? nil : seconds
    }
}
