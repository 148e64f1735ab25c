import Primitives

/// What a source says about its own sending, for RTCRemoteOutboundRtpStreamStats (webrtc-stats §7.6).
package struct RemoteOutboundStatistics: Sendable, Hashable {
    /// As the reports count them, continued beyond 32 bits.
    package private(set) var packetsSent: Int
    /// Of payload, continued beyond 32 bits.
    package private(set) var bytesSent: Int
    /// How many reports came.
    package private(set) var reportsReceived = 0
    /// The source's time of day when it made the last report.
    package private(set) var ntpTimestamp: NTPTimestamp
    /// The same moment in its RTP clock.
    package private(set) var rtpTimestamp: UInt32
    /// When the last report arrived here.
    package private(set) var receivedAt: Instant
    private var packets = Unwrapper<UInt32>()
    private var octets = Unwrapper<UInt32>()

    init(report: SenderReport, receivedAt: Instant) {
        packetsSent = Int(report.packetCount)
        bytesSent = Int(report.octetCount)
        ntpTimestamp = report.ntpTimestamp
        rtpTimestamp = report.rtpTimestamp
        self.receivedAt = receivedAt
    }

    mutating func update(with report: SenderReport, at now: Instant) {
        // A report that overtook this one has told more already.
        if reportsReceived > 0, report.ntpTimestamp.rawValue < ntpTimestamp.rawValue { return }
        packetsSent = Int(packets.unwrap(report.packetCount))
        bytesSent = Int(octets.unwrap(report.octetCount))
        reportsReceived += 1
        ntpTimestamp = report.ntpTimestamp
        rtpTimestamp = report.rtpTimestamp
        receivedAt = now
    }
}
