import Primitives
import RTP
import Testing

@Suite("RTCP reporter")
struct RTCPReporterTests {
    private static let clock = NTPClock(timeAtZero: .seconds(3_900_000_000))

    private static func reporter(_ ssrc: UInt32, seed: UInt64 = 1) -> RTCPReporter {
        RTCPReporter(ssrc: SSRC(ssrc), canonicalName: "abc", clockRate: 48_000, clock: clock, random: RandomSource(seed: seed))
    }

    private static func packet(_ index: Int, ssrc: UInt32) -> RTPPacket {
        RTPPacket(
            payloadType: PayloadType(truncating: 111), sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: 1000 + index)),
            timestamp: UInt32(index * 960), ssrc: SSRC(ssrc), payload: [UInt8](repeating: 0, count: 80))
    }

    @Test("Two ends that send and report measure the round trip, the loss and each other's counts")
    func conversation() throws {
        var alice = Self.reporter(1)
        var bob = Self.reporter(2, seed: 2)
        let oneWay = Duration.milliseconds(40)
        var travelling: [(arrival: Instant, toBob: Bool, bytes: [UInt8])] = []
        for millisecond in 0..<20_000 {
            let now = Instant.zero + .milliseconds(millisecond)
            if millisecond % 20 == 0 {
                let index = millisecond / 20
                alice.packetSent(Self.packet(index, ssrc: 1), clockRate: 48_000, capturedAt: now, at: now)
                // Every tenth is lost.
                if index % 10 != 5 { bob.packetReceived(Self.packet(index, ssrc: 1), clockRate: 48_000, at: now + oneWay) }
            }
            if let bytes = alice.poll(at: now) { travelling.append((now + oneWay, true, bytes)) }
            if let bytes = bob.poll(at: now) { travelling.append((now + oneWay, false, bytes)) }
            while let first = travelling.first, first.arrival <= now {
                let packets = RTCPCompound.parse(first.bytes)
                let gone = first.toBob ? bob.handle(packets, at: now) : alice.handle(packets, at: now)
                #expect(gone.isEmpty)
                travelling.removeFirst()
            }
        }
        let inbound = try #require(alice.sender.remoteInbound)
        let roundTrip = try #require(inbound.roundTripTime)
        #expect(abs(roundTrip - 0.08) < 0.001)
        #expect(inbound.roundTripTimeMeasurements >= 15)
        #expect(abs(inbound.totalRoundTripTime - 0.08 * Double(inbound.roundTripTimeMeasurements)) < 0.01)
        #expect(abs(inbound.fractionLost - 0.1) < 0.03)
        #expect((90...100).contains(inbound.packetsLost) && (850...900).contains(inbound.packetsReceived))
        let outbound = try #require(bob.receivers[SSRC(1)]?.remoteOutbound)
        #expect(outbound.packetsSent > 920 && outbound.bytesSent == outbound.packetsSent * 80)
        #expect((15...30).contains(outbound.reportsReceived))
        // The report pairs the two clocks rightly, whenever it was made.
        let sinceStart = Double(outbound.ntpTimestamp.rawValue &- Self.clock.timestamp(at: .zero).rawValue) / 4_294_967_296
        #expect(abs(Double(outbound.rtpTimestamp) / 48_000 - sinceStart) < 0.001)
        #expect(bob.sender.reportsSent == 0 && bob.sender.remoteInbound == nil)
    }

    @Test("Nothing is reported before a packet; the first report comes within 0.75 s, the next after 0.5 to 1.5 s each")
    func pace() throws {
        for seed in UInt64(0)..<50 {
            var reporter = Self.reporter(1, seed: seed)
            #expect(reporter.wakeUp == nil)
            #expect(reporter.poll(at: .zero + .seconds(100)) == nil)
            var now = Instant.zero
            reporter.packetSent(Self.packet(0, ssrc: 1), clockRate: 48_000, capturedAt: now, at: now)
            let first = try #require(reporter.wakeUp)
            #expect((0.25...0.75).contains((first - now).seconds))
            #expect(reporter.poll(at: first - .nanoseconds(1)) == nil)
            now = first
            for _ in 0..<10 {
                let bytes = reporter.poll(at: now)
                #expect(bytes != nil)
                let next = try #require(reporter.wakeUp)
                #expect((0.5...1.5).contains((next - now).seconds))
                now = next
            }
        }
    }

    @Test("Each compound begins with a report and holds the name; one who stopped sending becomes a receiver after two reports")
    func composition() throws {
        var reporter = Self.reporter(1)
        var now = Instant.zero
        reporter.packetSent(Self.packet(0, ssrc: 1), clockRate: 48_000, capturedAt: now, at: now)
        reporter.packetReceived(Self.packet(0, ssrc: 9), clockRate: 48_000, at: now)
        var kinds: [String] = []
        for _ in 0..<4 {
            now = try #require(reporter.wakeUp)
            let polled = reporter.poll(at: now)
            let packets = RTCPCompound.parse(try #require(polled))
            #expect(packets.count == 2)
            guard case .sourceDescription(let description) = packets[1] else {
                Issue.record("the second packet is the description")
                return
            }
            #expect(description.chunks[0].ssrc == SSRC(1) && description.chunks[0].canonicalName == "abc")
            switch packets[0] {
            case .senderReport(let report): kinds.append("SR \(report.blocks.count)")
            case .receiverReport(let report): kinds.append("RR \(report.blocks.count)")
            default: kinds.append("?")
            }
        }
        #expect(kinds == ["SR 1", "SR 0", "RR 0", "RR 0"])
    }

    @Test("Forty sources are reported on in two reports, the seventieth in none")
    func manySources() throws {
        var reporter = Self.reporter(1)
        for ssrc in UInt32(100)..<140 { reporter.packetReceived(Self.packet(0, ssrc: ssrc), clockRate: 48_000, at: .zero) }
        let wakeUp = try #require(reporter.wakeUp)
        let polled = reporter.poll(at: wakeUp)
        let counts = RTCPCompound.parse(try #require(polled)).compactMap { packet in
            if case .receiverReport(let report) = packet { report.blocks.count } else { nil as Int? }
        }
        #expect(counts == [31, 9])
        for ssrc in UInt32(200)..<300 { reporter.packetReceived(Self.packet(0, ssrc: ssrc), clockRate: 48_000, at: .zero) }
        #expect(reporter.receivers.count == 64)
    }

    @Test("A goodbye is told once, for sources that are known, and a packet brings the source back")
    func goodbye() throws {
        var alice = Self.reporter(1)
        var bob = Self.reporter(2)
        alice.packetSent(Self.packet(0, ssrc: 1), clockRate: 48_000, capturedAt: .zero, at: .zero)
        bob.packetReceived(Self.packet(0, ssrc: 1), clockRate: 48_000, at: .zero)
        let bytes = alice.goodbye(reason: "hung up", at: .zero + .seconds(1))
        #expect(alice.wakeUp == nil)
        let packets = RTCPCompound.parse(bytes)
        guard case .senderReport? = packets.first, case .goodbye(let goodbye)? = packets.last else {
            Issue.record("a report comes first, BYE last")
            return
        }
        #expect(goodbye == Goodbye(sources: [SSRC(1)], reason: "hung up"))
        let first = bob.handle(packets, at: .zero + .seconds(1))
        let second = bob.handle(packets, at: .zero + .seconds(1))
        #expect(first == [SSRC(1)] && second.isEmpty)
        #expect(bob.receivers[SSRC(1)]?.isWorthReporting == false)
        bob.packetReceived(Self.packet(1, ssrc: 1), clockRate: 48_000, at: .zero + .seconds(2))
        #expect(bob.receivers[SSRC(1)]?.hasLeft == false)
        let third = bob.handle(packets, at: .zero + .seconds(3))
        #expect(third == [SSRC(1)])
    }

    @Test("Words about sources that nobody knows, and round trips that cannot be, are passed over")
    func unknown() {
        var reporter = Self.reporter(1)
        let block = { (ssrc: UInt32, last: UInt32, delay: UInt32) in
            ReportBlock(
                ssrc: SSRC(ssrc), fractionLost: 0, cumulativeLost: 0, extendedHighestSequenceNumber: 0, jitter: .max,
                lastSenderReport: last,
                delaySinceLastSenderReport: delay)
        }
        let strangers: [RTCPPacket] = [
            .senderReport(
                SenderReport(ssrc: SSRC(50), ntpTimestamp: NTPTimestamp(rawValue: 1), rtpTimestamp: 0, packetCount: 0, octetCount: 0)),
            .receiverReport(ReceiverReport(ssrc: SSRC(51), blocks: [block(52, 1, 1), block(1, 1, 1)])),
            .goodbye(Goodbye(sources: [SSRC(53)])),
        ]
        // Also about our own source, which has sent nothing.
        let before = reporter.handle(strangers, at: .zero)
        #expect(before.isEmpty && reporter.receivers.isEmpty && reporter.sender.remoteInbound == nil)
        reporter.packetSent(Self.packet(0, ssrc: 1), clockRate: 48_000, capturedAt: .zero, at: .zero)
        let now = Self.clock.timestamp(at: .zero).middle
        for (last, delay): (UInt32, UInt32) in [(0, 0), (now &- 65_536 * 100, 0), (now, 65_536 * 5), (.max, .max)] {
            _ = reporter.handle([.receiverReport(ReceiverReport(ssrc: SSRC(51), blocks: [block(1, last, delay)]))], at: .zero)
            #expect(reporter.sender.remoteInbound?.roundTripTime == nil)
        }
        // A little less than nothing is rounding.
        _ = reporter.handle([.receiverReport(ReceiverReport(ssrc: SSRC(51), blocks: [block(1, now, 3)]))], at: .zero)
        #expect(reporter.sender.remoteInbound?.roundTripTime == 0)
    }
}
