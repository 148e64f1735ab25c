/// Decoded samples that wait to be played, in one piece of memory that was allocated once. One owner.
final class SampleQueue {
    private let storage: UnsafeMutableBufferPointer<Float>
    private var start = 0
    private(set) var count = 0

    init(capacity: Int) {
        storage = .allocate(capacity: capacity)
        storage.initialize(repeating: 0)
    }

    deinit { storage.deallocate() }

    /// Room for so many samples after those that wait; fill it and call `didAppend`. Empty where there is no such room.
    func room(for wanted: Int) -> UnsafeMutableBufferPointer<Float> {
        if start + count + wanted > storage.count { moveToFront() }
        guard start + count + wanted <= storage.count else { return UnsafeMutableBufferPointer(rebasing: storage[..<0]) }
        return UnsafeMutableBufferPointer(rebasing: storage[start + count..<start + count + wanted])
    }

    func didAppend(_ appended: Int) { count += appended }

    /// The samples that wait, to look at or to change.
    var samples: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(rebasing: storage[start..<start + count]) }

    /// Takes the first samples out.
    func removeFirst(_ removed: Int) {
        start += removed
        count -= removed
    }

    /// Opens a gap of so many samples at the front; what is in it is undefined. `false` where there is no room.
    func openGap(_ wanted: Int) -> Bool {
        guard let base = storage.baseAddress, count + wanted <= storage.count else { return false }
        if start < wanted {
            (base + wanted).update(from: base + start, count: count)
            start = wanted
        }
        start -= wanted
        count += wanted
        return true
    }

    func removeAll() {
        start = 0
        count = 0
    }

    private func moveToFront() {
        guard let base = storage.baseAddress, start > 0 else { return }
        base.update(from: base + start, count: count)
        start = 0
    }
}
