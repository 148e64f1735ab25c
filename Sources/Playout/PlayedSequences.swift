/// The numbers of the packets that were played last, so that a copy that comes afterwards is not taken for a late packet. One owner.
final class PlayedSequences {
    private static let capacity: Int64 = 256
    private let numbers = UnsafeMutablePointer<Int64>.allocate(capacity: Int(capacity))

    init() { numbers.initialize(repeating: .min, count: Int(Self.capacity)) }

    deinit { numbers.deallocate() }

    func insert(_ sequence: Int64) { numbers[Int(sequence & (Self.capacity - 1))] = sequence }

    func contains(_ sequence: Int64) -> Bool { numbers[Int(sequence & (Self.capacity - 1))] == sequence }
}
