import AudioCodecs
import Primitives

/// Packets that wait for their turn, in memory that was allocated once.
///
/// A place for each of 256 consecutive sequence numbers: five seconds of 20 ms packets, more than anybody should wait. What does not fit is
/// refused. One owner.
final class PacketStore {
    static let capacity = 256
    private static let slotSize = 1500

    struct Entry {
        /// Continued beyond sixteen bits.
        var sequence: Int64
        /// Of its first sample, in samples of 48 kHz, continued.
        var start: Int64
        /// In samples of 48 kHz.
        var sampleCount: Int
        var codec: AudioCodec
        var arrival: Instant
        fileprivate var byteCount: Int
    }

    private let entries = UnsafeMutablePointer<Entry?>.allocate(capacity: capacity)
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity * slotSize, alignment: 16)
    private(set) var count = 0

    init() { entries.initialize(repeating: nil, count: Self.capacity) }

    deinit {
        entries.deallocate()
        bytes.deallocate()
    }

    /// The packet with that number; `nil` where it has not come.
    func entry(_ sequence: Int64) -> Entry? {
        guard let entry = entries[slot(sequence)], entry.sequence == sequence else { return nil }
        return entry
    }

    /// `false` where it is there already, or its place is taken by one that has not been played yet, or it is too long.
    func insert(
        sequence: Int64, start: Int64, sampleCount: Int, codec: AudioCodec, arrival: Instant, payload: UnsafeRawBufferPointer
    ) -> Bool {
        let slot = slot(sequence)
        guard payload.count <= Self.slotSize, let base = payload.baseAddress, entries[slot] == nil else { return false }
        (bytes + slot * Self.slotSize).copyMemory(from: base, byteCount: payload.count)
        entries[slot] = Entry(
            sequence: sequence, start: start, sampleCount: sampleCount, codec: codec, arrival: arrival, byteCount: payload.count)
        count += 1
        return true
    }

    func payload(of entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + slot(entry.sequence) * Self.slotSize, count: entry.byteCount)
    }

    func remove(_ sequence: Int64) {
        guard entry(sequence) != nil else { return }
        entries[slot(sequence)] = nil
        count -= 1
    }

    /// Drops what is older than that number; returns how many those were.
    func removeAll(before sequence: Int64) -> Int {
        var removed = 0
        for slot in 0..<Self.capacity {
            guard let entry = entries[slot], entry.sequence < sequence else { continue }
            entries[slot] = nil
            removed += 1
        }
        count -= removed
        return removed
    }

    func removeAll() {
        for slot in 0..<Self.capacity { entries[slot] = nil }
        count = 0
    }

    /// The lowest number that is not below `sequence`; `nil` where all are.
    func first(from sequence: Int64) -> Entry? {
        guard count > 0 else { return nil }
        for offset in 0..<Int64(Self.capacity) {
            if let entry = entry(sequence + offset) { return entry }
        }
        return nil
    }

    /// The highest number.
    func last() -> Entry? {
        var highest: Entry?
        for slot in 0..<Self.capacity {
            if let entry = entries[slot], entry.sequence > highest?.sequence ?? .min { highest = entry }
        }
        return highest
    }

    private func slot(_ sequence: Int64) -> Int { Int(sequence & Int64(Self.capacity - 1)) }
}
