import AudioCodecs
import Primitives

/// Packets that wait for their turn, in memory that was allocated once.
///
/// A place for each of 256 packets, whatever their numbers: five seconds of 20 ms packets, more than anybody should wait. One owner.
final class PacketStore {
    static let capacity = 256
    static let slotSize = 1500

    struct Entry {
        /// Continued beyond sixteen bits.
        var sequence: Int64
        /// Of its first sample, in samples of 48 kHz, continued.
        var start: Int64
        /// In samples of 48 kHz.
        var sampleCount: Int
        var epoch: Int
        var ssrc: UInt32
        /// `nil` for a packet that has no sound.
        var codec: AudioCodec?
        var arrival: Instant
        /// Samples that it tells of what went before it.
        var redundantCount: Int
        /// Where its bytes are; the store's own.
        var slot = 0
        var byteCount = 0

        /// Behind its last sample.
        var end: Int64 { start + Int64(sampleCount) }
    }

    /// What waits, in the order of its numbers. Few packets wait at a time, and nearly all come in order: insertion is at the end.
    private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    private let free = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity * slotSize, alignment: 16)
    private(set) var count = 0

    init() {
        for slot in 0..<Self.capacity { free[slot] = slot }
    }

    deinit {
        entries.deallocate()
        free.deallocate()
        bytes.deallocate()
    }

    enum Insertion { case done, duplicate, full, tooLong }

    func insert(_ entry: Entry, payload: UnsafeRawBufferPointer) -> Insertion {
        guard payload.count <= Self.slotSize else { return .tooLong }
        var index = count
        while index > 0, entries[index - 1].sequence >= entry.sequence {
            if entries[index - 1].sequence == entry.sequence { return .duplicate }
            index -= 1
        }
        guard count < Self.capacity else { return .full }
        var entry = entry
        entry.byteCount = payload.count
        // Slots that are in use are taken off the list's end; there are as many left as places.
        entry.slot = free[Self.capacity - 1 - count]
        if let source = payload.baseAddress { (bytes + entry.slot * Self.slotSize).copyMemory(from: source, byteCount: payload.count) }
        (entries + index + 1).update(from: entries + index, count: count - index)
        entries[index] = entry
        count += 1
        return .done
    }

    func payload(of entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + entry.slot * Self.slotSize, count: entry.byteCount)
    }

    /// The lowest number; `nil` where nothing waits.
    var first: Entry? { count > 0 ? entries[0] : nil }
    var last: Entry? { count > 0 ? entries[count - 1] : nil }

    func contains(_ sequence: Int64) -> Bool {
        var index = count - 1
        while index >= 0, entries[index].sequence > sequence { index -= 1 }
        return index >= 0 && entries[index].sequence == sequence
    }

    /// Whether sound that begins there waits, whatever its number.
    func contains(start: Int64, epoch: Int) -> Bool {
        var index = count - 1
        while index >= 0, entries[index].codec == nil || entries[index].epoch != epoch || entries[index].start > start { index -= 1 }
        return index >= 0 && entries[index].start == start
    }

    func removeFirst() {
        guard count > 0 else { return }
        count -= 1
        free[Self.capacity - 1 - count] = entries[0].slot
        entries.update(from: entries + 1, count: count)
    }

    func removeAll() {
        while count > 0 { removeFirst() }
    }
}
