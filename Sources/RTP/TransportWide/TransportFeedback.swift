import Primitives

/// Which packets of a transport came, and when, by the numbers that their sender gave them
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
package struct TransportFeedback: Sendable, Hashable {
    /// Of `RTCPPacket.transportFeedback`.
    package static let format: UInt8 = 15
    /// Statuses beyond this are not looked at: a few bytes could claim 65 535 of them, and nobody sends so many between two reports.
    package static let mostPackets = 2_048
    /// The unit of `reference`: 64 ms.
    private static let referenceUnit: Int64 = 64_000_000
    /// The unit of steps: 250 µs.
    private static let stepUnit: Int64 = 250_000

    /// The number of the first packet that is told of.
    package var first: UInt16
    /// Counts the feedback packets, so that the loss of one is seen.
    package var count: UInt8
    /// The moment that the first step counts from, on a clock of the receiver's, in units of 64 ms: 24 bits, signed.
    package var reference: Int32
    /// One for each packet from `first` on: how much later than the last one told of it came, in units of 250 µs; `nil` where it did not
    /// come.
    package var steps: [Int16?]

    package init(first: UInt16, count: UInt8, reference: Int32, steps: [Int16?]) {
        self.first = first
        self.count = count
        self.reference = reference
        self.steps = steps
    }

    /// Tells of the packets from `first` on; of fewer than were given where a step is too long to be told.
    package init(first: UInt16, count: UInt8, arrivals: some Sequence<Instant?>) {
        self.init(first: first, count: count, reference: 0, steps: [])
        var last: Int64?
        for arrival in arrivals.prefix(Self.mostPackets) {
            guard let arrival else {
                steps.append(nil)
                continue
            }
            let unit = Self.floor(arrival.nanoseconds, Self.stepUnit)
            if last == nil {
                let units = Self.floor(arrival.nanoseconds, Self.referenceUnit)
                reference = (Int32(truncatingIfNeeded: units) << 8) >> 8
                last = units * (Self.referenceUnit / Self.stepUnit)
            }
            guard let step = Int16(exactly: unit - (last ?? unit)) else { return }
            steps.append(step)
            last = unit
        }
    }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 { value / unit - (value % unit < 0 ? 1 : 0) }
}
