import Synchronization

/// Samples on their way from one thread to one other: lock-free, allocation-free, bounded.
///
/// One thread calls `write`, one calls `read`; either may look at the counts. Counters run on for ever and wrap by masking, so
/// that full and empty differ without a lost slot (Lamport, 1983).
/// `@unchecked Sendable`: each slot is touched by the writer only before it publishes `written` (release) and by the reader only
/// after it saw that (acquire), and the other way round for `taken`.
package final class SampleRing: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Float>
    private let mask: Int
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// A ring for at least `capacity` samples; rounded up to a power of two.
    package init(capacity: Int) {
        precondition(capacity > 0, "a ring holds something")
        var size = 1
        while size < capacity { size <<= 1 }
        storage = .allocate(capacity: size)
        storage.initialize(repeating: 0)
        mask = size - 1
    }

    deinit { storage.deallocate() }

    package var capacity: Int { mask + 1 }

    /// Samples that wait to be read.
    package var count: Int { written.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

    /// Appends as many of the samples as fit, and says how many that were. Writer only.
    package func write(_ samples: UnsafeBufferPointer<Float>) -> Int {
        let end = written.load(ordering: .relaxed)
        let count = min(samples.count, capacity - (end - taken.load(ordering: .acquiring)))
        guard count > 0 else { return 0 }
        for index in 0..<count { storage[(end + index) & mask] = samples[index] }
        written.store(end + count, ordering: .releasing)
        return count
    }

    /// Takes as many samples as there are, up to the target's size, and says how many that were. Reader only.
    package func read(into target: UnsafeMutableBufferPointer<Float>) -> Int {
        let start = taken.load(ordering: .relaxed)
        let count = min(target.count, written.load(ordering: .acquiring) - start)
        guard count > 0 else { return 0 }
        for index in 0..<count { target[index] = storage[(start + index) & mask] }
        taken.store(start + count, ordering: .releasing)
        return count
    }

    /// Drops up to `wanted` of the oldest samples. Reader only.
    package func discard(_ wanted: Int) -> Int {
        let start = taken.load(ordering: .relaxed)
        let count = max(0, min(wanted, written.load(ordering: .acquiring) - start))
        taken.store(start + count, ordering: .releasing)
        return count
    }
}
