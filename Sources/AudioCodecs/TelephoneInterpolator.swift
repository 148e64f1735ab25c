import Glibc

/// Puts five samples between each two of 8 kHz, so that they are of 48 kHz: a windowed sinc that keeps all of the telephone's band.
///
/// A sample comes out when `reach` more have gone in, so that silence of 3 ms comes first; `drain` gives what is still held when nothing more
/// comes, and the samples after that begin anew. After `init` nothing is allocated. One owner.
final class TelephoneInterpolator {
    static let ratio = 6
    /// Samples of 8 kHz either way that a new one is made of: 3 ms.
    static let reach = 24

    private static let width = 2 * reach
    /// For each of the six places, the weights of the samples around.
    private let weights = UnsafeMutableBufferPointer<Float>.allocate(capacity: ratio * width)
    /// The last samples, and behind them those that are being worked on.
    private let samples: UnsafeMutableBufferPointer<Float>
    private let mostCount: Int
    private var hasDrained = false

    /// - Parameter mostCount: most samples that are taken at once.
    init(mostCount: Int) {
        self.mostCount = mostCount
        samples = .allocate(capacity: Self.width + max(mostCount, Self.reach))
        samples.initialize(repeating: 0)
        for place in 0..<Self.ratio {
            var row = (0..<Self.width).map { index in
                let distance = Double(index - Self.reach + 1) - Double(place) / Double(Self.ratio)
                guard abs(distance) > 1e-9 else { return 1.0 }
                let window = 0.5 + 0.5 * cos(.pi * distance / Double(Self.reach))
                return sin(.pi * distance) / (.pi * distance) * window
            }
            // What does not change stays as it is, at all places.
            let sum = row.reduce(0, +)
            row = row.map { $0 / sum }
            for (index, weight) in row.enumerated() { weights[place * Self.width + index] = Float(weight) }
        }
    }

    deinit {
        weights.deallocate()
        samples.deallocate()
    }

    func reset() {
        samples.update(repeating: 0)
        hasDrained = false
    }

    /// Takes samples; returns how many it wrote: six for each, less what is held back after `drain`.
    ///
    /// - Parameter target: room for six times as many.
    func process(_ input: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>) -> Int {
        precondition(input.count <= mostCount && target.count >= input.count * Self.ratio, "there is room for what is taken")
        for index in 0..<input.count { samples[Self.width + index] = input[index] }
        var first = 0
        if hasDrained {
            // Before the first there is what mirrors it, so that no step is heard.
            for index in 0..<Self.width { samples[Self.width - 1 - index] = input.isEmpty ? 0 : input[min(index, input.count - 1)] }
            // A packet too short for anything to come of it gives some of the mirror instead.
            first = input.count > Self.width ? Self.reach : 0
            hasDrained = false
        }
        return interpolate(first..<input.count, keeping: input.count, into: target)
    }

    /// Gives what is held, as if the sound turned back at its end; returns how many samples it wrote, 0 where nothing is held.
    func drain(into target: UnsafeMutableBufferPointer<Float>) -> Int {
        guard !hasDrained, target.count >= Self.reach * Self.ratio else { return 0 }
        for index in 0..<Self.reach { samples[Self.width + index] = samples[Self.width - 1 - index] }
        hasDrained = true
        return interpolate(0..<Self.reach, keeping: Self.reach, into: target)
    }

    private func interpolate(_ range: Range<Int>, keeping count: Int, into target: UnsafeMutableBufferPointer<Float>) -> Int {
        guard let around = samples.baseAddress, let rows = weights.baseAddress else { return 0 }
        var written = 0
        for index in range {
            // The sample at this place in time has as many before it as behind.
            let first = around + index + 1
            for place in 0..<Self.ratio {
                let row = rows + place * Self.width
                var sum: Float = 0
                for tap in 0..<Self.width { sum += row[tap] * first[tap] }
                target[written] = sum
                written += 1
            }
        }
        around.update(from: around + count, count: Self.width)
        return written
    }
}
