import Primitives

/// What came over a transport, by the numbers its sender gave, for the feedback that it asks for.
///
/// A value with one owner: tell it every packet, ask `poll` when `wakeUp` has come. Each feedback goes on where the one before ended; where a
/// packet comes that was told missing, it begins there again.
package struct TransportArrivals: Sendable {
    /// Ten packets of a voice: soon enough for a sender to adapt, at 3 kb/s.
    private static let interval = Duration.milliseconds(200)
    /// How many numbers behind the highest are remembered. One that is farther off than this is of a sender that began anew.
    private static let reach: Int64 = 512

    /// When `poll` will have something to tell; `nil` while nothing has come since.
    package private(set) var wakeUp: Instant?
    private var numbers = Unwrapper<UInt16>()
    private var arrivals: [Int64: Instant] = [:]
    /// The first number that is still to be told of.
    private var next: Int64 = 0
    private var count: UInt8 = 0

    package init() {}

    package mutating func insert(_ number: TransportNumber, at now: Instant) {
        let place = numbers.peek(number.value)
        if let highest = numbers.last, abs(place - highest) < Self.reach {
            if place > highest {
                _ = numbers.unwrap(number.value)
                for passed in (highest - Self.reach)..<(place - Self.reach) { arrivals[passed] = nil }
            }
        } else {
            arrivals = [:]
            next = numbers.unwrap(number.value)
        }
        guard arrivals[place] == nil else { return }
        arrivals[place] = now
        next = min(next, place)
        if wakeUp == nil { wakeUp = now + Self.interval }
    }

    /// What is to be told, if its time has come.
    package mutating func poll(at now: Instant) -> TransportFeedback? {
        guard let wakeUp, now >= wakeUp, let last = numbers.last, next <= last else { return nil }
        // What is not remembered any more cannot be told.
        let first = max(next, last - Self.reach + 1)
        let feedback = TransportFeedback(first: UInt16(truncatingIfNeeded: first), count: count, arrivals: (first...last).map { arrivals[$0] })
        next = first + Int64(feedback.steps.count)
        count &+= 1
        self.wakeUp = next <= last ? now : nil
        return feedback
    }
}
