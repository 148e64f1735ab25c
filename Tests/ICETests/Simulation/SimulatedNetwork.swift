import Primitives

/// Carries datagrams with loss, delay, reordering and duplication, through NATs, in virtual time.
struct SimulatedNetwork {
    private struct InFlight {
        let arrival: Instant
        let order: Int
        let source: SocketAddress
        let destination: SocketAddress
        let bytes: [UInt8]
    }

    var random: RandomSource
    /// The part of datagrams that are lost, 0…1.
    var loss = 0.0
    /// The part of datagrams that arrive twice.
    var duplication = 0.0
    var delay = Duration.milliseconds(10)...Duration.milliseconds(20)
    var nats: [SimulatedNAT] = []
    /// Hosts that nothing reaches and nothing leaves.
    var cutOff: Set<IPAddress> = []
    private var inFlight: [InFlight] = []
    private var sent = 0

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    var nextArrival: Instant? { inFlight.map(\.arrival).min() }

    mutating func send(_ datagram: Datagram, at now: Instant) {
        let (from, to) = (datagram.local.unzoned, datagram.remote.unzoned)
        guard !cutOff.contains(from.ip), !cutOff.contains(to.ip) else { return }
        var source = from
        if let nat = nats.firstIndex(where: { $0.inside.contains(from.ip) }), !nats[nat].inside.contains(to.ip) {
            // No hairpin: what leaves does not come back in.
            guard to.ip != nats[nat].outside else { return }
            source = nats[nat].translate(from, to: to, at: now)
        }
        for copy in 0..<2 {
            guard copy == 0 || Double.random(in: 0..<1, using: &random) < duplication else { break }
            guard Double.random(in: 0..<1, using: &random) >= loss else { continue }
            let spread = (delay.upperBound - delay.lowerBound) * Double.random(in: 0...1, using: &random)
            sent += 1
            inFlight.append(
                InFlight(
                    arrival: now + delay.lowerBound + spread, order: sent, source: source, destination: to,
                    bytes: datagram.bytes))
        }
    }

    /// The datagrams that have arrived, as their receivers' sockets see them.
    mutating func arrivals(at now: Instant) -> [Datagram] {
        let due = inFlight.filter { $0.arrival <= now }.sorted { ($0.arrival, $0.order) < ($1.arrival, $1.order) }
        inFlight.removeAll { $0.arrival <= now }
        return due.compactMap { packet in
            guard !cutOff.contains(packet.source.ip) else { return nil }
            var destination = packet.destination
            if let nat = nats.first(where: { $0.outside == destination.ip }) {
                guard let host = nat.admit(to: destination, from: packet.source, at: now) else { return nil }
                destination = host
            } else if let nat = nats.first(where: { $0.inside.contains(destination.ip) }) {
                // A private address is reached from inside only.
                guard nat.inside.contains(packet.source.ip) else { return nil }
            }
            guard !cutOff.contains(destination.ip) else { return nil }
            return Datagram(local: destination, remote: packet.source, bytes: packet.bytes)
        }
    }
}

extension SocketAddress {
    var unzoned: SocketAddress {
        guard case .v6(let high, let low, _) = ip else { return self }
        return SocketAddress(ip: .v6(high: high, low: low, zone: 0), port: port)
    }

    /// A literal of the tests.
    static func at(_ ip: String, _ port: UInt16 = 5000) -> SocketAddress {
        guard let address = SocketAddress(ip, port: port) else { preconditionFailure("no address: \(ip)") }
        return address
    }
}
