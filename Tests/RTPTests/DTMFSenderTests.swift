import Primitives
import RTP
import Testing

@Suite("DTMF sender")
struct DTMFSenderTests {
    /// What a sender said, tick by tick.
    private struct Line: Equatable {
        var tick: Int
        var step: DTMFStep
    }

    /// Ticks every 10 ms until nothing more is to come; timestamps begin at 1000 in a clock of 8000.
    private static func run(_ sender: inout DTMFSender, ticks: Int = 10_000, clockRate: Int = 8000) -> [Line] {
        var lines: [Line] = []
        for tick in 0..<ticks {
            let step = sender.tick(timestamp: UInt32(truncatingIfNeeded: 1000 + tick * clockRate / 100), clockRate: clockRate)
            if step.packet != nil || step.toneChange != nil { lines.append(Line(tick: tick, step: step)) }
            if sender.isIdle { break }
        }
        return lines
    }

    private static func tones(_ text: String) throws -> DTMFToneList { try #require(DTMFToneList(text)) }

    @Test("A tone of 100 ms: marker on the first of four reports, then three ends with one timestamp, then finished after the pause")
    func oneTone() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("5"))
        let lines = Self.run(&sender)
        let packets = lines.compactMap { line in line.step.packet.map { (line.tick, $0) } }
        #expect(packets.map(\.0) == [1, 3, 5, 7, 9, 10, 11])
        #expect(packets.map(\.1.event.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(packets.map(\.1.event.isEnd) == [false, false, false, false, true, true, true])
        #expect(packets.map(\.1.marker) == [true, false, false, false, false, false, false])
        #expect(packets.allSatisfy { $0.1.timestamp == 1000 && $0.1.event.code == 5 && $0.1.event.volume == 10 })
        #expect(lines.first?.step.toneChange == DTMFTone(code: 5).map { .began($0) })
        #expect(
            lines.last
                == Line(
                    tick: 17,
                    step: {
                        var step = DTMFStep(); step.toneChange = .finished; return step
                    }()))
    }

    @Test("Tones follow each other by duration and pause; the comma waits two seconds")
    func sequence() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("1,#"), duration: 40, gap: 30)
        let lines = Self.run(&sender)
        let changes = lines.compactMap { line in line.step.toneChange.map { (line.tick, $0) } }
        #expect(changes.map(\.0) == [0, 7, 207, 214])
        let packets = lines.compactMap(\.step.packet)
        #expect(packets.map(\.event.code) == [1, 1, 1, 1, 11, 11, 11, 11])
        #expect(packets.map(\.event.isEnd) == [false, true, true, true, false, true, true, true])
        #expect(packets.map(\.timestamp) == [1000, 1000, 1000, 1000, 17_560, 17_560, 17_560, 17_560])
        #expect(packets.map(\.marker) == [true, false, false, false, true, false, false, false])
    }

    @Test("Audio makes room while a tone lasts, and only then")
    func playing() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("9"), duration: 50, gap: 30)
        let playing = (0..<10).map { sender.tick(timestamp: UInt32($0) * 80, clockRate: 8000).isPlaying }
        #expect(playing == [true, true, true, true, true, false, false, false, false, false])
    }

    @Test("Times outside their ranges are taken for the nearest within")
    func ranges() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("1"), duration: 1, gap: 1)
        #expect(Self.run(&sender).last?.tick == 7)
        sender.insert(try Self.tones("1"), duration: 1_000_000, gap: 1_000_000)
        #expect(Self.run(&sender).last?.tick == 1200)
    }

    @Test("New tones replace those to come and let the present one end; none end it all")
    func replacement() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("123"))
        _ = sender.tick(timestamp: 0, clockRate: 8000)
        sender.insert(try Self.tones("A"))
        #expect(sender.remainingCount == 1)
        let codes = Self.run(&sender).compactMap(\.step.packet?.event.code)
        #expect(codes == [1, 1, 1, 1, 1, 1, 1, 12, 12, 12, 12, 12, 12, 12])
        sender.insert(try Self.tones("456"))
        _ = sender.tick(timestamp: 0, clockRate: 8000)
        sender.insert(DTMFToneList())
        let last = Self.run(&sender)
        #expect(Set(last.compactMap(\.step.packet?.event.code)) == [4])
        #expect(last.last?.step.toneChange == .finished)
    }

    @Test("With ticks of 20 ms the ends are 20 ms apart and the next tone waits for them")
    func slowTick() throws {
        var sender = DTMFSender(tickMilliseconds: 20)
        sender.insert(try Self.tones("12"), duration: 40, gap: 30)
        var lines: [(Int, DTMFStep)] = []
        for tick in 0..<12 { lines.append((tick, sender.tick(timestamp: UInt32(tick * 160), clockRate: 8000))) }
        #expect(lines.filter { $0.1.packet?.event.isEnd == true }.map(\.0) == [1, 2, 3, 5, 6, 7])
        #expect(lines.compactMap { line in line.1.toneChange.map { _ in line.0 } } == [0, 4, 8])
    }

    @Test("A long tone at 48 kHz goes on in segments that join, and a receiver hears one tone of its length")
    func segments() throws {
        var sender = DTMFSender()
        sender.insert(try Self.tones("7"), duration: 6000)
        let packets = Self.run(&sender, clockRate: 48_000).compactMap(\.step.packet)
        let timestamps = packets.map(\.timestamp).reduce(into: [UInt32]()) { if $0.last != $1 { $0.append($1) } }
        #expect(timestamps == [1000, 66_535, 132_070, 197_605, 263_140])
        #expect(packets.filter(\.marker).count == 1 && packets.filter(\.event.isEnd).count == 3)
        var receiver = TelephoneEventReceiver()
        let heard = packets.enumerated().flatMap { receiver.handle($1.event, timestamp: $1.timestamp, at: .zero + .milliseconds(20 * $0)) }
        #expect(heard == [.began(code: 7), .ended(code: 7, duration: 288_000)])
    }

    @Test("Letters of either case, digits, star, hash and comma are tones; all else, and more than 255, are not")
    func alphabet() throws {
        var list = try Self.tones("0123456789*#ABCDabcd,")
        var codes: [UInt8?] = []
        while let tone = list.removeFirst() { codes.append(tone.code) }
        #expect(codes == (0..<16).map { UInt8($0) } + [12, 13, 14, 15, nil])
        for text in ["e", "1 2", "é", "1;", String(repeating: "1", count: 256)] { #expect(DTMFToneList(text) == nil) }
        #expect(DTMFToneList(String(repeating: "1", count: 255))?.count == 255)
        #expect(DTMFToneList("")?.isEmpty == true)
        #expect(DTMFTone(code: 16) == nil && DTMFTone(code: 10)?.description == "*")
    }
}
