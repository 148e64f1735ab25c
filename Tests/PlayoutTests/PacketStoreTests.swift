import AudioCodecs
import Primitives
import Testing

@testable import Playout

@Suite struct PacketStoreTests {
    private let store = PacketStore()

    private func insert(_ sequence: Int64, _ bytes: [UInt8] = [1]) -> PacketStore.Insertion {
        let entry = PacketStore.Entry(
            sequence: sequence, start: sequence * 960, sampleCount: 960, epoch: 0, ssrc: 1, codec: .opus, arrival: .zero, redundantCount: 0)
        return bytes.withUnsafeBytes { store.insert(entry, payload: $0) }
    }

    private func drain() -> [(Int64, [UInt8])] {
        var all: [(Int64, [UInt8])] = []
        while let first = store.first {
            all.append((first.sequence, Array(store.payload(of: first))))
            store.removeFirst()
        }
        return all
    }

    @Test("Packets come out in the order of their numbers with the bytes they had, over and over")
    func order() {
        var random = RandomSource(seed: 3)
        for round in 0..<50 {
            let numbers = (0..<PacketStore.capacity).map { Int64(round * 1_000 + $0) }.shuffled(using: &random)
            for number in numbers {
                #expect(insert(number, [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: Int(number % 200))) == .done)
            }
            let all = drain()
            #expect(all.map(\.0) == numbers.sorted())
            #expect(all.allSatisfy { $0.1 == [UInt8](repeating: UInt8(truncatingIfNeeded: $0.0), count: Int($0.0 % 200)) })
        }
    }

    @Test("A number that is here already is refused, also when all places are taken")
    func duplicates() {
        for number in 0..<Int64(PacketStore.capacity) { #expect(insert(number) == .done) }
        #expect(insert(0) == .duplicate && insert(100) == .duplicate && insert(255) == .duplicate)
        #expect(insert(256) == .full && insert(-1) == .full)
        store.removeFirst()
        #expect(insert(256) == .done)
        #expect(store.first?.sequence == 1 && store.last?.sequence == 256 && store.count == PacketStore.capacity)
    }

    @Test("Payloads of up to 1500 bytes have room")
    func size() {
        #expect(insert(1, [UInt8](repeating: 7, count: 1_500)) == .done)
        #expect(insert(2, [UInt8](repeating: 7, count: 1_501)) == .tooLong)
        #expect(insert(3, []) == .done)
        #expect(drain().map(\.1.count) == [1_500, 0])
    }

    @Test("It knows what it holds")
    func contains() {
        #expect(store.first?.sequence == nil && store.last?.sequence == nil && !store.contains(0))
        for number: Int64 in [5, 3, 9] { _ = insert(number) }
        #expect([3, 5, 9].allSatisfy(store.contains) && ![2, 4, 6, 10].contains(where: store.contains))
        store.removeAll()
        #expect(store.count == 0 && !store.contains(3))
    }
}

