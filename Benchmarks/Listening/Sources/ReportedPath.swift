import AudioPipeline
import Primitives
import RTP

/// A path whose far end tells what came, and what the engine's sender makes of that: everything between two engines but the sockets.
struct ReportedPath {
    /// For each packet whether it is lost.
    private let lost: [UInt8]
    /// From sending a packet to hearing of it, apart from the feedback's own interval.
    private static let roundTrip = Duration.milliseconds(100)

    private var departures = TransportDepartures()
    private var arrivals = TransportArrivals()
    private var underway: [(arrival: Instant, feedback: TransportFeedback)] = []
    private var sent = 0
    private(set) var tuning = tuning(for: LossPattern())

    init(lost: [UInt8]) { self.lost = lost }

    /// Sends the next packet; what the encoder is to do from now on, where that changes.
    mutating func send(at now: Instant) -> EncoderTuning? {
        if !lost.indices.contains(sent) || lost[sent] == 0 { arrivals.insert(departures.nextNumber, at: now) }
        departures.packetSent()
        sent += 1
        if let feedback = arrivals.poll(at: now) { underway.append((now + Self.roundTrip, feedback)) }
        while let first = underway.first, first.arrival <= now {
            underway.removeFirst()
            _ = departures.handle(first.feedback)
        }
        let wanted = Self.tuning(for: departures.losses)
        guard wanted != tuning else { return nil }
        tuning = wanted
        return wanted
    }

    private static func tuning(for losses: LossPattern) -> EncoderTuning {
        RedundancyPolicy.tuning(bitrate: 32_000, limit: nil, losses: losses, isAgreed: true, isPreferred: false)
    }
}
