import RTP

/// The frames that went out last, and payloads that repeat some of them (RFC 2198). On the audio thread; nothing is allocated after `init`.
struct RedundancyHistory: ~Copyable {
    /// How many frames are kept.
    static let capacity = 8

    private struct Kept {
        var timestamp: UInt32 = 0
        var count = 0
    }
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity * RedundantPayload.longestRepeat, alignment: 16)
    private let kept = UnsafeMutablePointer<Kept>.allocate(capacity: capacity)
    private var newest = 0
    private var count = 0

    init() { kept.initialize(repeating: Kept(), count: Self.capacity) }

    deinit {
        bytes.deallocate()
        kept.deallocate()
    }

    /// Forgets all: what comes next does not follow on what went before.
    mutating func clear() { count = 0 }

    /// Takes note of a frame that goes out.
    mutating func insert(_ payload: UnsafeRawBufferPointer, timestamp: UInt32) {
        newest = (newest + 1) % Self.capacity
        count = min(count + 1, Self.capacity)
        let fits = payload.count <= RedundantPayload.longestRepeat
        kept[newest] = Kept(timestamp: timestamp, count: fits ? payload.count : 0)
        if fits, let source = payload.baseAddress { place(newest).copyMemory(from: source, byteCount: payload.count) }
    }

    /// Writes a payload of a frame and what is to be repeated beside it; `nil` where nothing can be repeated, or not all has room.
    ///
    /// - Parameter ages: bit n stands for the frame that went out n + 1 frames before.
    func write(
        _ primary: UnsafeRawBufferPointer, payloadType: UInt8, timestamp: UInt32, ages: UInt8, into target: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var position = 0
        var length = 1 + primary.count
        for age in (0..<count).reversed() where repeats(age, ages, timestamp) {
            length += RedundantPayload.headerLength + frame(age).count
        }
        guard length > 1 + primary.count, length <= target.count else { return nil }
        func put(_ source: UnsafeRawPointer?, _ count: Int) {
            if let source { target.baseAddress?.advanced(by: position).copyMemory(from: source, byteCount: count) }
            position += count
        }
        for age in (0..<count).reversed() where repeats(age, ages, timestamp) {
            let frame = frame(age)
            let word = RedundantPayload.headerWord(of: payloadType, offset: timestamp &- frame.timestamp, length: frame.count)
            target.storeBytes(of: word.bigEndian, toByteOffset: position, as: UInt32.self)
            position += RedundantPayload.headerLength
        }
        target[position] = payloadType
        position += 1
        for age in (0..<count).reversed() where repeats(age, ages, timestamp) { put(place(index(age)), frame(age).count) }
        put(primary.baseAddress, primary.count)
        return position
    }

    private func index(_ age: Int) -> Int { (newest - age + Self.capacity) % Self.capacity }
    private func frame(_ age: Int) -> Kept { kept[index(age)] }
    private func place(_ index: Int) -> UnsafeMutableRawPointer { bytes + index * RedundantPayload.longestRepeat }

    private func repeats(_ age: Int, _ ages: UInt8, _ timestamp: UInt32) -> Bool {
        ages >> UInt8(age) & 1 == 1 && frame(age).count > 0 && timestamp &- frame(age).timestamp <= RedundantPayload.largestOffset
    }
}
