import NativeMessaging
import Testing

@Suite struct OutgoingQueueTests {
    private func drained(_ queue: inout OutgoingQueue<Int, String>) -> [Int] {
        var all: [Int] = []
        while let message = queue.popFirst() { all.append(message) }
        return all
    }

    @Test("messages leave in the order of their coming")
    func order() {
        var queue = OutgoingQueue<Int, String>()
        for message in 1...5 {
            let isTaken = queue.append(message)
            #expect(isTaken)
        }
        let all = drained(&queue)
        #expect(all == [1, 2, 3, 4, 5])
        #expect(queue.isEmpty)
    }

    @Test("a newer message takes the place of the older one with its key, and of no other")
    func replaced() {
        var queue = OutgoingQueue<Int, String>()
        _ = queue.append(1)
        queue.append(10, replacing: "a")
        queue.append(20, replacing: "b")
        _ = queue.append(2)
        queue.append(11, replacing: "a")
        queue.append(12, replacing: "a")
        let all = drained(&queue)
        #expect(all == [1, 12, 20, 2])
    }

    @Test("what has left is not replaced: the newer message waits in its own place")
    func left() {
        var queue = OutgoingQueue<Int, String>()
        queue.append(10, replacing: "a")
        _ = queue.append(1)
        let first = queue.popFirst()
        queue.append(11, replacing: "a")
        let all = drained(&queue)
        #expect(first == 10)
        #expect(all == [1, 11])
    }

    @Test("a full queue refuses what must arrive, so that the link can end, and drops what need not")
    func full() {
        var queue = OutgoingQueue<Int, String>(limit: 2)
        queue.append(10, replacing: "a")
        let first = queue.append(1)
        let second = queue.append(2)
        queue.append(20, replacing: "b")
        queue.append(11, replacing: "a")
        let all = drained(&queue)
        #expect(first && !second)
        #expect(all == [11, 1])
    }

    @Test("places are right after any number of messages, whatever was replaced on the way")
    func long() {
        var queue = OutgoingQueue<Int, Int>(limit: 5000)
        var expected: [Int] = []
        var left: [Int] = []
        for step in 0..<20_000 {
            if step % 7 == 0 {
                queue.append(step, replacing: step % 3)
            } else {
                let isTaken = queue.append(step)
                if isTaken { expected.append(step) }
            }
            if step % 5 != 0, let message = queue.popFirst(), message % 7 != 0 { left.append(message) }
        }
        while let message = queue.popFirst() { if message % 7 != 0 { left.append(message) } }
        #expect(left == expected)
    }
}
