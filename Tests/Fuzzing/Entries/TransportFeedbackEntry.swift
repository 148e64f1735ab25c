import RTP

/// Feedback that claims to say which packets of a transport came, and what the sender makes of it.
package enum TransportFeedbackEntry: FuzzEntry {
    package static let name = "transport-feedback"

    package static func run(_ bytes: [UInt8]) {
        let packet = FeedbackPacket(format: TransportFeedback.format, sender: SSRC(1), media: SSRC(2), information: bytes)
        guard let feedback = TransportFeedback(parsing: packet) else { return }
        precondition(
            TransportFeedback(parsing: feedback.packet(sender: SSRC(1), media: SSRC(2))) == feedback, "what was told is told again as it was")
        var departures = TransportDepartures()
        for _ in 0..<300 { departures.packetSent() }
        _ = departures.handle(feedback)
        _ = departures.handle(feedback)
        precondition((0...1).contains(departures.losses.rate) && departures.losses.burstLength >= 1, "a rate is one, whatever was told")
    }
}
