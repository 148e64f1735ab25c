import Primitives
import RTP
import Testing

@Suite("Telephone event")
struct TelephoneEventTests {
    @Test("The payload of RFC 4733 §2.3 is read and written; three bytes are none")
    func payload() throws {
        let event = try #require(TelephoneEvent(parsing: [11, 0x8A, 0x03, 0x20]))
        #expect(event == TelephoneEvent(code: 11, isEnd: true, volume: 10, duration: 800))
        #expect(event.bytes == [11, 0x8A, 0x03, 0x20])
        #expect(TelephoneEvent(parsing: [11, 0x8A, 0x03]) == nil)
        #expect(TelephoneEvent(parsing: []) == nil)
        // The reserved bit, and what follows, mean nothing.
        #expect(TelephoneEvent(parsing: [11, 0xCA, 0x03, 0x20, 9, 9]) == event)
        var room = [UInt8](repeating: 0, count: 6)
        let count = room.withUnsafeMutableBytes { event.write(into: $0) }
        #expect(count == 4 && room == [11, 0x8A, 0x03, 0x20, 0, 0])
    }

    @Test("A key is heard once, though its end is told three times, and lasts as long as it did")
    func once() {
        var receiver = TelephoneEventReceiver()
        var heard: [TelephoneEventReceiver.Output] = []
        for (index, (duration, isEnd)) in [(160, false), (320, false), (800, true), (800, true), (800, true)].enumerated() {
            heard += receiver.handle(
                TelephoneEvent(code: 5, isEnd: isEnd, duration: UInt16(duration)), timestamp: 1000, at: .zero + .milliseconds(20 * index))
        }
        #expect(heard == [.began(code: 5), .ended(code: 5, duration: 800)])
        #expect(receiver.wakeUp == nil)
    }

    @Test("Of any losses that leave one report, the key is heard once; two equal keys are two")
    func losses() {
        for mask in 1..<32 {
            var receiver = TelephoneEventReceiver()
            var heard: [TelephoneEventReceiver.Output] = []
            var now = Instant.zero
            for key in 0..<2 {
                let durations = [(160, false), (320, false), (480, true), (480, true), (480, true)]
                for (index, (duration, isEnd)) in durations.enumerated() {
                    now += .milliseconds(20)
                    guard mask & 1 << index != 0 else { continue }
                    heard += receiver.handle(
                        TelephoneEvent(code: 3, isEnd: isEnd, duration: UInt16(duration)), timestamp: UInt32(key * 2000), at: now)
                }
            }
            heard += receiver.handleTimeout(at: now + .milliseconds(200))
            let begins = heard.filter { $0 == .began(code: 3) }.count
            #expect(begins == 2 && heard.count == 4, "mask \(mask)")
        }
    }

    @Test("Reports that were overtaken, also by another key, change nothing")
    func reordering() {
        var receiver = TelephoneEventReceiver()
        var heard: [TelephoneEventReceiver.Output] = []
        let reports: [(code: UInt8, timestamp: UInt32, duration: UInt16, isEnd: Bool)] = [
            (1, 100, 320, false), (1, 100, 160, false), (2, 5000, 160, false), (1, 100, 800, true), (2, 5000, 480, true),
            (2, 5000, 320, false),
        ]
        for (index, report) in reports.enumerated() {
            heard += receiver.handle(
                TelephoneEvent(code: report.code, isEnd: report.isEnd, duration: report.duration), timestamp: report.timestamp,
                at: .zero + .milliseconds(20 * index))
        }
        #expect(heard == [.began(code: 1), .ended(code: 1, duration: 320), .began(code: 2), .ended(code: 2, duration: 480)])
    }

    @Test("A source that sets its clock back is heard again, after two seconds")
    func clockBack() {
        var receiver = TelephoneEventReceiver()
        let end = TelephoneEvent(code: 1, isEnd: true, duration: 800)
        let first = receiver.handle(end, timestamp: 1_000_000, at: .zero)
        let early = receiver.handle(end, timestamp: 500, at: .zero + .seconds(1))
        let late = receiver.handle(end, timestamp: 500, at: .zero + .seconds(3))
        #expect(first.count == 2 && early.isEmpty && late.count == 2)
    }

    @Test("A key whose end never comes ends after 200 ms of silence")
    func silence() {
        var receiver = TelephoneEventReceiver()
        let begun = receiver.handle(TelephoneEvent(code: 9, isEnd: false, duration: 160), timestamp: 0, at: .zero)
        #expect(begun == [.began(code: 9)])
        #expect(receiver.wakeUp == .zero + .milliseconds(200))
        let early = receiver.handleTimeout(at: .zero + .milliseconds(199))
        let due = receiver.handleTimeout(at: .zero + .milliseconds(200))
        #expect(early.isEmpty && due == [.ended(code: 9, duration: 160)])
    }
}
