import Primitives
import RTP
import Testing

@Suite("Reception statistics")
struct ReceptionStatisticsTests {
    private static func packet(_ number: Int, timestamp: UInt32? = nil) -> RTPPacket {
        RTPPacket(
            payloadType: PayloadType(truncating: 111), sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: number)),
            timestamp: timestamp ?? UInt32(truncatingIfNeeded: number * 960), ssrc: SSRC(1), payload: [UInt8](repeating: 0, count: 80))
    }

    private static func statistics(of numbers: [Int]) -> ReceptionStatistics {
        var statistics = ReceptionStatistics(ssrc: SSRC(1), clockRate: 48_000)
        for (index, number) in numbers.enumerated() {
            statistics.insert(packet(number), clockRate: 48_000, at: .zero + .milliseconds(20 * index))
        }
        return statistics
    }

    @Test("Loss is what the highest number promises less what came, across the wrap and whatever the order")
    func loss() {
        #expect(Self.statistics(of: [5]).packetsLost == 0)
        #expect(Self.statistics(of: [5, 6, 8, 10]).packetsLost == 2)
        #expect(Self.statistics(of: [5, 8, 7, 6]).packetsLost == 0)
        // The first that arrived was not the first.
        #expect(Self.statistics(of: [6, 5, 7]).packetsLost == 0)
        let wrapped = Self.statistics(of: [65_534, 65_535, 65_537, 65_538])
        #expect(wrapped.packetsLost == 1 && wrapped.packetsExpected == 5)
        #expect(wrapped.extendedHighestSequenceNumber == 65_538)
        #expect(Self.statistics(of: [65_535, 65_536, 65_535, 65_540]).packetsExpected == 6)
        #expect(Self.statistics(of: [0, 65_535]).packetsExpected == 2)
    }

    @Test("Duplicates make losses negative, as RFC 3550 has it")
    func duplicates() {
        #expect(Self.statistics(of: [1, 1, 1, 2]).packetsLost == -2)
    }

    @Test("One packet far off is passed over; two in sequence are a source that began anew, and what was lost stays lost")
    func restart() {
        let stray = Self.statistics(of: [100, 101, 40_000, 103])
        #expect(stray.packetsReceived == 3 && stray.packetsLost == 1)
        let anew = Self.statistics(of: [100, 102, 40_000, 40_001, 40_002])
        #expect(anew.packetsReceived == 4 && anew.packetsExpected == 3 + 2)
        #expect(anew.extendedHighestSequenceNumber == 40_002)
    }

    @Test("The block tells the fraction lost since the last block, in 256ths")
    func fractionLost() {
        var statistics = Self.statistics(of: [0, 1, 2, 3, 5, 6, 8, 9])
        let first = statistics.makeReportBlock(at: .zero + .seconds(1))
        #expect(first.fractionLost == UInt8(2 * 256 / 10) && first.cumulativeLost == 2)
        for number in 10..<20 { statistics.insert(Self.packet(number), clockRate: 48_000, at: .zero + .seconds(2)) }
        let second = statistics.makeReportBlock(at: .zero + .seconds(2))
        #expect(second.fractionLost == 0 && second.cumulativeLost == 2 && second.extendedHighestSequenceNumber == 19)
        #expect(!statistics.isWorthReporting)
        let third = statistics.makeReportBlock(at: .zero + .seconds(3))
        #expect(third.fractionLost == 0 && third.lastSenderReport == 0 && third.delaySinceLastSenderReport == 0)
    }

    @Test("Everything lost is 255 of 256, not none")
    func allLost() {
        var statistics = Self.statistics(of: [0])
        _ = statistics.makeReportBlock(at: .zero)
        statistics.insert(Self.packet(2999), clockRate: 48_000, at: .zero)
        #expect(statistics.makeReportBlock(at: .zero).fractionLost == 255)
    }

    @Test("A steady stream has no jitter; one that is late by 8 ms every other packet comes near to 8 ms")
    func jitter() {
        var steady = ReceptionStatistics(ssrc: SSRC(1), clockRate: 48_000)
        var shaky = steady
        for index in 0..<400 {
            steady.insert(Self.packet(index), clockRate: 48_000, at: .zero + .milliseconds(20 * index))
            shaky.insert(Self.packet(index), clockRate: 48_000, at: .zero + .milliseconds(20 * index + index % 2 * 8))
        }
        #expect(steady.jitterSeconds == 0)
        #expect(abs(shaky.jitterSeconds - 0.008) < 0.0001)
        #expect(shaky.makeReportBlock(at: .zero).jitter == 383 || shaky.makeReportBlock(at: .zero).jitter == 384)
    }

    @Test("Reports of a telephone event, a clock that jumps and one that changes its rate are no jitter")
    func noJitter() {
        var statistics = ReceptionStatistics(ssrc: SSRC(1), clockRate: 8000)
        statistics.insert(Self.packet(0, timestamp: 160), clockRate: 8000, at: .zero)
        for index in 1...10 {
            statistics.insert(Self.packet(index, timestamp: 160), clockRate: 8000, at: .zero + .milliseconds(20 * index))
        }
        statistics.insert(Self.packet(11, timestamp: 160 + 11 * 160), clockRate: 8000, at: .zero + .milliseconds(220))
        statistics.insert(Self.packet(12, timestamp: 3_000_000_000), clockRate: 8000, at: .zero + .milliseconds(240))
        statistics.insert(Self.packet(13, timestamp: 3_000_000_960), clockRate: 48_000, at: .zero + .milliseconds(260))
        statistics.insert(Self.packet(14, timestamp: 3_000_001_920), clockRate: 48_000, at: .zero + .milliseconds(280))
        #expect(statistics.jitterSeconds < 0.013)
        #expect(statistics.clockRate == 48_000)
    }

    @Test("The block names the last sender report and how long ago it came")
    func senderReport() {
        var statistics = Self.statistics(of: [1, 2])
        let report = SenderReport(
            ssrc: SSRC(1), ntpTimestamp: NTPTimestamp(rawValue: 0x1111_2222_3333_4444), rtpTimestamp: 5, packetCount: 2, octetCount: 160)
        statistics.handle(report, at: .zero + .seconds(10))
        let block = statistics.makeReportBlock(at: .zero + .milliseconds(10_500))
        #expect(block.lastSenderReport == 0x2222_3333 && block.delaySinceLastSenderReport == 32_768)
        #expect(statistics.remoteOutbound?.packetsSent == 2 && statistics.remoteOutbound?.bytesSent == 160)
        // One that was overtaken tells nothing new; counts go on beyond 32 bits.
        var older = report
        older.ntpTimestamp = NTPTimestamp(rawValue: 5)
        older.packetCount = 1
        statistics.handle(older, at: .zero + .seconds(11))
        #expect(statistics.remoteOutbound?.packetsSent == 2 && statistics.remoteOutbound?.reportsReceived == 1)
    }
}
