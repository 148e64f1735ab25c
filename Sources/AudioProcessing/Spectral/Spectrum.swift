/// The spectrum of a block of real samples: real and imaginary parts apart, so that loops over bins are loops over lanes.
struct Spectrum: ~Copyable {
    /// From zero to half the sample rate, both counted.
    let binCount: Int
    /// Steps of eight bins; what the last one holds behind the bins is of no meaning.
    let laneCount: Int
    let real: LaneBuffer
    let imaginary: LaneBuffer

    /// - Parameter size: samples in the block.
    init(size: Int) {
        binCount = size / 2 + 1
        real = LaneBuffer(binCount)
        imaginary = LaneBuffer(binCount)
        laneCount = real.laneCount
    }

    borrowing func clear() {
        real.clear()
        imaginary.clear()
    }

    /// Writes |·|² of every bin.
    borrowing func power(into target: borrowing LaneBuffer) {
        for lane in 0..<laneCount {
            target.lanes[lane] = real.lanes[lane] * real.lanes[lane] + imaginary.lanes[lane] * imaginary.lanes[lane]
        }
    }
}
