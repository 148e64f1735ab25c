import Synchronization

/// Records (a header of plain values and up to a slot of bytes) on their way from one thread to one other: lock-free,
/// allocation-free, bounded. Carries received packets down to the audio thread and encoded frames up from it.
///
/// `Header` must be trivial (`BitwiseCopyable`), so that moving it retains nothing. A full ring refuses the record; the writer
/// counts that. `@unchecked Sendable`: see `SampleRing`, the same argument holds slot by slot.
package final class RecordRing<Header: BitwiseCopyable>: @unchecked Sendable {
    private let headers: UnsafeMutablePointer<Header>
    private let lengths: UnsafeMutablePointer<Int>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let slotSize: Int
    private let mask: Int
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// A ring of at least `capacity` records (rounded up to a power of two) of up to `slotSize` bytes each.
    package init(capacity: Int, slotSize: Int) {
        precondition(capacity > 0 && slotSize >= 0, "a ring holds something")
        var size = 1
        while size < capacity { size <<= 1 }
        mask = size - 1
        self.slotSize = slotSize
        headers = .allocate(capacity: size)
        lengths = .allocate(capacity: size)
        bytes = .allocate(capacity: size * max(slotSize, 1))
    }

    deinit {
        headers.deallocate()
        lengths.deallocate()
        bytes.deallocate()
    }

    /// Records that wait to be read.
    package var count: Int { written.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

    /// Appends a record; `false` where the ring is full or the bytes exceed a slot. Writer only.
    package func write(_ header: Header, bytes source: UnsafeRawBufferPointer) -> Bool {
        let end = written.load(ordering: .relaxed)
        guard end - taken.load(ordering: .acquiring) <= mask, source.count <= slotSize else { return false }
        let slot = end & mask
        (headers + slot).initialize(to: header)
        lengths[slot] = source.count
        if let base = source.baseAddress {
            UnsafeMutableRawPointer(bytes + slot * slotSize).copyMemory(from: base, byteCount: source.count)
        }
        written.store(end + 1, ordering: .releasing)
        return true
    }

    /// Hands the oldest record to `body`, whose bytes live only as long as the call; `nil` where the ring is empty. Reader only.
    package func read<Result>(_ body: (Header, UnsafeRawBufferPointer) -> Result) -> Result? {
        let start = taken.load(ordering: .relaxed)
        guard written.load(ordering: .acquiring) > start else { return nil }
        let slot = start & mask
        let result = body(headers[slot], UnsafeRawBufferPointer(start: bytes + slot * slotSize, count: lengths[slot]))
        taken.store(start + 1, ordering: .releasing)
        return result
    }
}
