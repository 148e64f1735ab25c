import Synchronization

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

    private let memory: UnsafeMutableRawPointer

    /// How many buffers there have been.
    private static let made = Atomic(0)
    private static let pageSize = 4096
    private static let lineSize = 64

    /// - Parameter count: how many floats; rounded up to a multiple of eight.
    init(_ count: Int) {
        laneCount = (count + 7) / 8
        // A processor holds a load back behind a store whose address has the same last twelve bits, and a loop goes through several buffers at
        // the same place: so each begins at another place in its page.
        let number = Self.made.add(13, ordering: .relaxed).oldValue
        let offset = number % (Self.pageSize / Self.lineSize) * Self.lineSize
        let byteCount = max(1, laneCount) * MemoryLayout<Lanes>.stride
        memory = .allocate(byteCount: offset + byteCount, alignment: Self.pageSize)
        lanes = (memory + offset).bindMemory(to: Lanes.self, capacity: max(1, laneCount))
        lanes.initialize(repeating: Lanes(repeating: 0), count: max(1, laneCount))
        floats = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Float.self)
    }

    deinit { memory.deallocate() }

    borrowing func clear() { lanes.update(repeating: Lanes(repeating: 0), count: laneCount) }

    borrowing func copy(from other: borrowing LaneBuffer) { lanes.update(from: other.lanes, count: laneCount) }
}
