/// Decoded samples that wait to be played and, before them, those that were played last, in one piece of memory that was allocated once.
///
/// The past is kept since the shape of a voice is found in it: what repeats itself there goes on doing so. One owner.
final class SampleQueue {
    /// Samples of the past that are always kept: 50 ms.
    static let pastCount = 2_400

    private let storage: UnsafeMutableBufferPointer<Float>
    private let base: UnsafeMutablePointer<Float>
    private var start = pastCount
    /// Samples that wait.
    private(set) var count = 0

    /// - Parameter capacity: most samples that can wait.
    init(capacity: Int) {
        // Twice the past: room to move forward before all is moved back.
        base = .allocate(capacity: capacity + 2 * Self.pastCount)
        storage = UnsafeMutableBufferPointer(start: base, count: capacity + 2 * Self.pastCount)
        storage.initialize(repeating: 0)
    }

    deinit { storage.deallocate() }

    /// The first sample that waits. Readable from `-pastCount` up to `count`; what waits may be changed.
    var front: UnsafeMutablePointer<Float> { base + start }

    /// Just behind the last sample that waits.
    var end: UnsafeMutablePointer<Float> { base + start + count }

    /// Room for so many samples after those that wait; fill it and call `didAppend`. Empty where there is no such room.
    func room(for wanted: Int) -> UnsafeMutableBufferPointer<Float> {
        if start + count + wanted > storage.count { moveBack() }
        guard start + count + wanted <= storage.count else { return UnsafeMutableBufferPointer(start: base, count: 0) }
        return UnsafeMutableBufferPointer(start: end, count: wanted)
    }

    func didAppend(_ appended: Int) { count += appended }

    /// The first samples have been played: they are the past now.
    func removeFirst(_ removed: Int) {
        precondition(removed <= count, "only what waits can be played")
        start += removed
        count -= removed
    }

    /// Cuts samples out at the front, as if they had never been.
    func cut(_ samples: Int) {
        precondition(samples <= count, "only what waits can be cut")
        front.update(from: front + samples, count: count - samples)
        count -= samples
    }

    /// Opens a gap at the front, whose samples are undefined; `false` where there is no room.
    func openGap(_ samples: Int) -> Bool {
        if start + count + samples > storage.count { moveBack() }
        guard start + count + samples <= storage.count else { return false }
        (front + samples).update(from: front, count: count)
        count += samples
        return true
    }

    private func moveBack() {
        let kept = Self.pastCount + count
        base.update(from: base + start - Self.pastCount, count: kept)
        start = Self.pastCount
    }
}
