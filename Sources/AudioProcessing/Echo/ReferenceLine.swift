import AudioCore
import Glibc

/// What was played, on the clock of the microphone: the last second is kept, and read behind a delay at a rate that may differ from one.
///
/// Between samples a windowed sinc of 32 taps interpolates (128 phases, and a straight line from one to the next).
final class ReferenceLine {
    /// The longest delay, samples.
    static let longestDelay = 38_400
    /// The shortest delay, samples: interpolation looks ahead.
    static let shortestDelay = Float(taps / 2)
    private static let taps = 32
    private static let phases = 128
    private static let capacity = 65_536
    /// How much is written twice, so that a reader needs no seam.
    private static let margin = 64

    /// The last samples on the microphone's clock, oldest first; as many as a filter's block.
    var block: UnsafeMutablePointer<Float> { blocks.floats + blockStart }
    /// The block and room to move on in, so that it is copied to the beginning a few times a second only.
    private let blocks = LaneBuffer(2 * EchoPathFilter.blockSize)
    private var blockStart = 0
    /// By how many samples the reader is behind what was played last.
    private(set) var delay = Double(ReferenceLine.shortestDelay)
    /// What is read in a sample's time, less one.
    var rate: Double = 0

    private let samples = LaneBuffer(capacity + margin)
    private let weights = LaneBuffer((phases + 1) * taps)
    private var written = 0

    init() {
        for phase in 0...Self.phases {
            let fraction = Double(phase) / Double(Self.phases)
            var sum = 0.0
            var row: [Double] = []
            for tap in 0..<Self.taps {
                let distance = Double(tap - Self.taps / 2 + 1) - fraction
                let sinc = distance == 0 ? 1 : sin(.pi * distance) / (.pi * distance)
                let edge = distance / Double(Self.taps / 2)
                let value = abs(edge) >= 1 ? 0 : sinc * (0.42 + 0.5 * cos(.pi * edge) + 0.08 * cos(2 * .pi * edge))
                row.append(value)
                sum += value
            }
            for tap in 0..<Self.taps { weights.floats[phase * Self.taps + tap] = Float(row[tap] / sum) }
        }
    }

    /// Takes note of the next 480 samples that are played.
    func insert(_ next: UnsafePointer<Float>) {
        for index in 0..<AudioFrame.sampleCount {
            let place = (written + index) & (Self.capacity - 1)
            samples.floats[place] = next[index]
            if place < Self.margin { samples.floats[place + Self.capacity] = next[index] }
        }
        written += AudioFrame.sampleCount
    }

    /// Adds the next 480 samples to the block.
    func advance() {
        let count = AudioFrame.sampleCount
        if blockStart + count > EchoPathFilter.blockSize {
            blocks.floats.update(from: block + count, count: EchoPathFilter.blockSize - count)
            blockStart = 0
        } else {
            blockStart += count
        }
        delay -= rate * Double(count)
        delay = min(max(delay, Double(Self.shortestDelay)), Double(Self.longestDelay))
        read(into: block + (EchoPathFilter.blockSize - count), count: count)
    }

    /// Changes the delay by a little: what was read stays as it was.
    func nudge(by change: Double) { delay = min(max(delay + change, Double(Self.shortestDelay)), Double(Self.longestDelay)) }

    /// Changes the delay by much: the whole block is read anew.
    /// - Returns: by how much it has changed.
    func jump(by change: Double) -> Double {
        let before = delay
        nudge(by: change)
        read(into: block, count: EchoPathFilter.blockSize)
        return delay - before
    }

    /// Reads the samples that end `delay` behind the newest.
    private func read(into target: UnsafeMutablePointer<Float>, count: Int) {
        let step = 1 + rate
        // The last one is read at `written − 1 − delay`.
        var position = Double(written - 1) - delay - step * Double(count - 1)
        for index in 0..<count {
            let whole = position.rounded(.down)
            // In 64 bits: a fraction just below one is one in 32, and its row would be behind the last.
            let phase = (position - whole) * Double(Self.phases)
            let row = Int(phase)
            let between = Float(phase - Double(row))
            let start = (Int(whole) - Self.taps / 2 + 1) & (Self.capacity - 1)
            let source = UnsafeRawPointer(samples.floats + start)
            let first = UnsafeRawPointer(weights.floats + row * Self.taps)
            var low = Lanes(repeating: 0), high = Lanes(repeating: 0)
            for lane in 0..<Self.taps / 8 {
                let x = source.loadUnaligned(fromByteOffset: lane * 32, as: Lanes.self)
                low += x * first.loadUnaligned(fromByteOffset: lane * 32, as: Lanes.self)
                high += x * first.loadUnaligned(fromByteOffset: (lane + Self.taps / 8) * 32, as: Lanes.self)
            }
            let blend = low + (high - low) * between
            target[index] = blend.sum()
            position += step
        }
    }
}
