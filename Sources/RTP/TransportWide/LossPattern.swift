/// How packets get lost on a path: how many of them, and how many in a row. These are the two moments that Gilbert's model of a channel has.
///
/// What happened lately counts most: the rate is the greater of what the last seconds and what a longer time say, so that loss which begins is
/// soon believed and loss that comes in bursts is not forgotten between them.
package struct LossPattern: Sendable, Hashable {
    private struct Memory: Sendable, Hashable {
        /// Packets after which what was heard has an e-th of its weight.
        let length: Double
        /// As if some had arrived before the first, so that one loss at the beginning is not taken for a rate.
        var packets = 25.0
        var lost = 0.0

        mutating func insert(lost count: Double, of all: Double) {
            let kept = max(0, 1 - all / length)
            packets = packets * kept + all
            lost = lost * kept + count
        }

        var rate: Double { min(1, max(0, lost / packets)) }
    }

    /// Losses after which what was heard has an e-th of its weight in `burstLength`.
    private static let remembered = 50.0

    /// At 50 packets a second two and a half seconds, and ten.
    private var short = Memory(length: 125)
    private var long = Memory(length: 500)
    /// Losses that are known one by one, and the runs they came in; as if one had been alone at first.
    private var singled = 1.0
    private var runs = 1.0
    private var wasLost = false

    package init() {}

    /// The fate of the next packet.
    package mutating func insert(isLost: Bool) {
        short.insert(lost: isLost ? 1 : 0, of: 1)
        long.insert(lost: isLost ? 1 : 0, of: 1)
        if isLost {
            // Forgetting goes by losses: a path with few remembers them longer.
            let kept = 1 - 1 / Self.remembered
            singled = singled * kept + 1
            runs = runs * kept + (wasLost ? 0 : 1)
        }
        wasLost = isLost
    }

    /// What ordinary reports tell: so many of so many, nobody knows which.
    package mutating func insert(lost count: Double, of all: Double) {
        short.insert(lost: count, of: all)
        long.insert(lost: count, of: all)
    }

    /// The next packet does not follow on the last.
    package mutating func breakOff() { wasLost = false }

    /// 0…1.
    package var rate: Double { max(short.rate, long.rate) }
    /// How many packets in a row are lost on average when one is; 1 where nothing is known.
    package var burstLength: Double { max(1, singled / runs) }
}
