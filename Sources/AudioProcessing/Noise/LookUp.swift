/// A function of a positive number, tabulated at 32 places an octave.
struct LookUp: ~Copyable, @unchecked Sendable {
    private let values: LaneBuffer
    private let first: UInt32
    private let last: UInt32
    /// The bits of a number that are left out.
    private static let shift: UInt32 = 18
    private static let stepsInOctave = 32

    /// - Parameter exponents: the octaves that are tabulated; below and above the function is taken to stay as it is at their ends.
    init(exponents: Range<Int>, _ function: (Double) -> Double) {
        first = UInt32(127 + exponents.lowerBound) << (23 - Self.shift)
        last = (UInt32(127 + exponents.upperBound) << (23 - Self.shift)) - 1
        values = LaneBuffer(exponents.count * Self.stepsInOctave)
        for step in 0..<exponents.count * Self.stepsInOctave {
            // The middle of the step.
            let middle = Float(bitPattern: ((first + UInt32(step)) << Self.shift) + (1 << (Self.shift - 1)))
            values.floats[step] = Float(function(Double(middle)))
        }
    }

    /// The value at a number that is not negative.
    subscript(_ number: Float) -> Float { values.floats[Int(min(max(number.bitPattern >> Self.shift, first), last) - first)] }
}
