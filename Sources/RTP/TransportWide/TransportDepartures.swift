/// The packets that went over a transport, and what its feedback says became of them.
///
/// A packet's fate is settled when the feedback has gone on by more packets than come out of order; what feedback never told of, because it was
/// lost itself, counts neither way.
package struct TransportDepartures: Sendable {
    private enum Fate: Sendable { case unknown, missing, arrived }

    /// Packets that are remembered: ten seconds of a voice.
    private static let capacity: Int64 = 512
    /// How far feedback must have gone beyond a packet for its fate to be settled.
    private static let patience: Int64 = 10

    /// How packets get lost.
    package private(set) var losses = LossPattern()
    private var fates = [Fate](repeating: .unknown, count: Int(capacity))
    /// The number of the next packet, never wrapping; the first packet not yet settled; the last that feedback has told of.
    private var next: Int64 = 0
    private var settled: Int64 = 0
    private var told: Int64 = -1

    package init() {}

    /// The number for a packet that is about to go.
    package var nextNumber: TransportNumber { TransportNumber(UInt16(truncatingIfNeeded: next)) }

    /// The packet with `nextNumber` has gone.
    package mutating func packetSent() {
        settle(until: next - Self.capacity + 1)
        fates[Int(next % Self.capacity)] = .unknown
        next += 1
    }

    /// Takes note of feedback; whether the fate of a packet was settled by it. What it says of packets that were not sent is passed over.
    package mutating func handle(_ feedback: TransportFeedback) -> Bool {
        let first = next - Int64(UInt16(truncatingIfNeeded: next) &- feedback.first)
        for (offset, step) in feedback.steps.enumerated() {
            let place = first + Int64(offset)
            guard place >= settled, place < next else { continue }
            let index = Int(place % Self.capacity)
            if step != nil {
                fates[index] = .arrived
            } else if fates[index] == .unknown {
                fates[index] = .missing
            }
            told = max(told, place)
        }
        let before = settled
        settle(until: told - Self.patience)
        return settled > before
    }

    private mutating func settle(until end: Int64) {
        while settled < end {
            switch fates[Int(settled % Self.capacity)] {
            case .unknown: losses.breakOff()
            case .missing: losses.insert(isLost: true)
            case .arrived: losses.insert(isLost: false)
            }
            settled += 1
        }
    }
}
