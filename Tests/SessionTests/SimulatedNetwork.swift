import Primitives

/// A network in virtual time: datagrams go in with the time of sending, and come out with the time of arrival, as a seed decides.
///
/// Jitter larger than the distance between two datagrams reorders them. Hosts behind an address translator have addresses that
/// nobody else reaches.
struct SimulatedNetwork {
    /// What the network does to each datagram, independently.
    struct Conditions {
        /// Probability 0…1 that a datagram is lost.
        var loss = 0.0
        /// Probability 0…1 that a datagram arrives twice.
        var duplication = 0.0
        /// The least time from sender to receiver.
        var delay = Duration.milliseconds(20)
        /// Up to how much is added to it, evenly distributed.
        var jitter = Duration.zero
    }

    private struct Flight {
        var arrival: Instant
        /// Order of sending, so that equal arrivals keep it.
        var order: Int
        var datagram: Datagram
    }

    var conditions: Conditions
    /// While true, nothing arrives: the cable is out.
    var isDown = false
    private(set) var sentCount = 0
    private(set) var lostCount = 0
    private var translators: [AddressTranslator]
    private var flights: [Flight] = []
    private var random: RandomSource

    init(conditions: Conditions = Conditions(), translators: [AddressTranslator] = [], seed: UInt64) {
        self.conditions = conditions
        self.translators = translators
        random = RandomSource(seed: seed)
    }

    /// When the next datagram arrives; `nil` when none is under way.
    var nextArrival: Instant? { flights.last?.arrival }

    /// Takes a datagram from its sender (`local`) on its way to `remote`.
    mutating func send(_ datagram: Datagram, at now: Instant) {
        sentCount += 1
        guard !isDown, !draw(conditions.loss), let translated = translate(datagram) else {
            lostCount += 1
            return
        }
        launch(translated, at: now)
        if draw(conditions.duplication) { launch(translated, at: now) }
    }

    /// What has arrived by `now`, first come first; each as its receiver sees it: `local` is the receiver, `remote` the sender.
    mutating func arrivals(by now: Instant) -> [Datagram] {
        var arrived: [Datagram] = []
        while let flight = flights.last, flight.arrival <= now {
            flights.removeLast()
            arrived.append(Datagram(local: flight.datagram.remote, remote: flight.datagram.local, bytes: flight.datagram.bytes))
        }
        return arrived
    }

    private mutating func launch(_ datagram: Datagram, at now: Instant) {
        let extra = Duration.seconds(fraction: conditions.jitter.seconds * Double.random(in: 0...1, using: &random))
        let flight = Flight(arrival: now + conditions.delay + extra, order: sentCount, datagram: datagram)
        // Latest first, so that the next arrival is taken from the end.
        let index = flights.firstIndex { ($0.arrival, $0.order) <= (flight.arrival, flight.order) } ?? flights.endIndex
        flights.insert(flight, at: index)
    }

    /// Out through the sender's translator and in through the receiver's; `nil` where no way leads.
    private mutating func translate(_ datagram: Datagram) -> Datagram? {
        var datagram = datagram
        if let sender = translators.firstIndex(where: { $0.isInside(datagram.local.ip) }) {
            // No way back in at the outer side (RFC 4787 §6 calls that way hairpinning; homes seldom have it).
            if translators[sender].isInside(datagram.remote.ip) { return datagram }
            guard datagram.remote.ip != translators[sender].outside else { return nil }
            datagram.local = translators[sender].outbound(from: datagram.local, to: datagram.remote)
        }
        if translators.contains(where: { $0.isInside(datagram.remote.ip) }) { return nil }
        if let receiver = translators.firstIndex(where: { $0.outside == datagram.remote.ip }) {
            guard let inside = translators[receiver].inbound(to: datagram.remote.port, from: datagram.local) else { return nil }
            datagram.remote = inside
        }
        return datagram
    }

    private mutating func draw(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }
}
