import AudioCore
import Testing

@Suite struct LatestValueTests {
    private struct Pair: BitwiseCopyable, Sendable {
        var number = 0
        var negative = 0
        var square = 0
    }

    @Test("a reader sees the newest value, and the old one until there is a newer")
    func newest() {
        let value = LatestValue(1)
        #expect(value.read() == 1)
        value.publish(2)
        value.publish(3)
        #expect(value.read() == 3)
        #expect(value.read() == 3)
        value.publish(4)
        #expect(value.read() == 4)
    }

    @Test("while one task publishes, others never see parts of two values, nor an older one after a newer")
    func whole() async {
        let value = LatestValue(Pair())
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var last = 0
                    for _ in 0..<200_000 {
                        let pair = value.read()
                        let isWhole = pair.negative == -pair.number && pair.square == pair.number &* pair.number
                        guard isWhole, pair.number >= last else { return false }
                        last = pair.number
                    }
                    return true
                }
            }
            group.addTask {
                for number in 0..<200_000 { value.publish(Pair(number: number, negative: -number, square: number &* number)) }
                return true
            }
            for await isWhole in group { #expect(isWhole) }
        }
        #expect(value.read().number == 199_999)
    }
}
