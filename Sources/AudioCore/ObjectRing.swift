import Synchronization

/// Object references on their way from one thread to one other: lock-free, allocation-free, bounded.
///
/// Gives the audio thread new streams, and takes back what it retires so that another thread frees it. A reference in the ring is
/// retained once by the writer's side and handed over as it is; the audio thread neither retains nor releases to move it.
/// `@unchecked Sendable`: see `SampleRing`. The elements must be safe to hand from thread to thread (`Sendable`).
package final class ObjectRing<Element: AnyObject & Sendable>: @unchecked Sendable {
    private let slots: UnsafeMutablePointer<Unmanaged<Element>?>
    private let mask: Int
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// A ring of at least `capacity` references; rounded up to a power of two.
    package init(capacity: Int) {
        precondition(capacity > 0, "a ring holds something")
        var size = 1
        while size < capacity { size <<= 1 }
        mask = size - 1
        slots = .allocate(capacity: size)
        slots.initialize(repeating: nil, count: size)
    }

    deinit {
        while let element = read() { element.release() }
        slots.deallocate()
    }

    /// References that wait to be taken.
    package var count: Int { written.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

    /// How many references the ring holds at most.
    package var capacity: Int { mask + 1 }

    /// Hands an already retained reference over; `false` (and nothing handed over) where the ring is full. Writer only.
    package func write(_ element: Unmanaged<Element>) -> Bool {
        let end = written.load(ordering: .relaxed)
        guard end - taken.load(ordering: .acquiring) <= mask else { return false }
        slots[end & mask] = element
        written.store(end + 1, ordering: .releasing)
        return true
    }

    /// The oldest reference, still retained: whoever takes it releases it or passes it on. Reader only.
    package func read() -> Unmanaged<Element>? {
        let start = taken.load(ordering: .relaxed)
        guard written.load(ordering: .acquiring) > start else { return nil }
        defer { taken.store(start + 1, ordering: .releasing) }
        return slots[start & mask]
    }
}
