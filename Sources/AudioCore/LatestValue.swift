import Synchronization

/// The newest of a series of plain values, on its way from one thread to any other: the writer neither waits nor allocates, and a
/// reader sees a whole value or the one before it, never parts of two.
///
/// Three slots: the writer fills the one that nobody looks at and swaps it with the middle one; a reader swaps its own with the
/// middle one when that is newer. How the audio thread publishes statistics.
/// `@unchecked Sendable`: a slot belongs to whoever holds its index: the writer (`back`, touched by the one writing thread only),
/// the readers (`front`, under their lock), or nobody (`middle`, an atomic exchanged with acquire and release).
package final class LatestValue<Value: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private static var freshFlag: UInt8 { 4 }

    private let slots: UnsafeMutablePointer<Value>
    private var back = 0
    private let middle = Atomic<UInt8>(1)
    private let front = Mutex<Int>(2)

    package init(_ initial: Value) {
        slots = .allocate(capacity: 3)
        slots.initialize(repeating: initial, count: 3)
    }

    deinit { slots.deallocate() }

    /// Replaces the value. One thread only; takes no lock.
    package func publish(_ value: Value) {
        slots[back] = value
        back = Int(middle.exchange(UInt8(back) | Self.freshFlag, ordering: .acquiringAndReleasing) & 3)
    }

    /// The newest value. Any thread but the writer's, since readers lock each other out.
    package func read() -> Value {
        front.withLock { front in
            if middle.load(ordering: .relaxed) & Self.freshFlag != 0 {
                front = Int(middle.exchange(UInt8(front), ordering: .acquiringAndReleasing) & 3)
            }
            return slots[front]
        }
    }
}
