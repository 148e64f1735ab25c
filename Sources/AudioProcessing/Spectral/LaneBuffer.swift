/// Eight neighbouring values, which one step of a loop works on.
typealias Lanes = SIMD8<Float>

/// Memory for a fixed number of floats in steps of eight, zero at first, freed with its owner.
struct LaneBuffer: ~Copyable, @unchecked Sendable {
    /// The values, eight at a time.
    let lanes: UnsafeMutablePointer<Lanes>
    /// The same values, one at a time.
    let floats: UnsafeMutablePointer<Float>
    /// How many steps of eight there are.
    let laneCount: Int

    /// - Parameter count: how many floats; rounded up to a multiple of eight.
    init(_ count: Int) {
        laneCount = (count + 7) / 8
        lanes = .allocate(capacity: max(1, laneCount))
        lanes.initialize(repeating: Lanes(repeating: 0), count: max(1, laneCount))
        floats = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Float.self)
    }

    deinit { lanes.deallocate() }

    borrowing func clear() { lanes.update(repeating: Lanes(repeating: 0), count: laneCount) }

    borrowing func copy(from other: borrowing LaneBuffer) { lanes.update(from: other.lanes, count: laneCount) }
}
