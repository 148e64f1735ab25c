import Primitives

/// Says how sending and hearing goes, at the right times, and takes note of what the other side says (RFC 3550 §6, RFC 4585 §3).
///
/// One for each local source, with all the remote sources that are heard with it. A value with one owner: tell it every packet, hand it
/// every compound, ask `poll` for a compound to send when `wakeUp` has come.
package struct RTCPReporter: Sendable {
    /// Every second: five times as often as browsers report on audio, so that a page learns of loss while it can still be heard. The
    /// share of the bandwidth that RFC 3550 §6.2 allows makes it rarer where there are many members.
    private static let shortestInterval = Duration.seconds(1)
    /// Bytes a second that control may take: five in a hundred (RFC 3550 §6.2) of a 64 kbit/s stream.
    private static let bytesPerSecond = 400.0
    /// Headers of UDP and IPv4 and what SRTCP adds, which count as well (RFC 3550 §6.2).
    private static let overhead = 28 + 20
    /// Blocks in a report (RFC 3550 §6.4.1: five bits count them).
    private static let blockLimit = 31
    /// Sources kept count of. A peer that names more gets no reports on them.
    private static let sourceLimit = 64

    /// Of the reports; also the source's that we send, if we do.
    package let ssrc: SSRC
    /// The same for all our sources, and no name of a person (RFC 7022 §4.2).
    package let canonicalName: String
    package private(set) var sender: SenderStatistics
    package private(set) var receivers: [SSRC: ReceptionStatistics] = [:]
    /// When `poll` will have a report to send; `nil` while nothing was sent or heard.
    package private(set) var wakeUp: Instant?

    private let clock: NTPClock
    private var random: RandomSource
    /// Of a compound with overhead, averaged as in RFC 3550 §6.3.3.
    private var averageByteCount: Double?

    /// - Parameters:
    ///   - clockRate: of the packets sent, until the first says otherwise.
    package init(ssrc: SSRC, canonicalName: String, clockRate: Int, clock: NTPClock, random: RandomSource) {
        self.ssrc = ssrc
        self.canonicalName = canonicalName
        self.clock = clock
        self.random = random
        sender = SenderStatistics(ssrc: ssrc, clockRate: clockRate)
    }

    // MARK: Packets

    /// Counts a packet that was sent; `capturedAt` is the moment that its timestamp stands for.
    package mutating func packetSent(_ packet: RTPPacket, clockRate: Int, capturedAt: Instant, at now: Instant) {
        sender.insert(packet, clockRate: clockRate, capturedAt: capturedAt, at: now)
        begin(at: now)
    }

    /// Counts a packet that arrived. The clock rate is that of its payload type.
    package mutating func packetReceived(_ packet: RTPPacket, clockRate: Int, at now: Instant) {
        guard receivers[packet.ssrc] != nil || receivers.count < Self.sourceLimit else { return }
        receivers[packet.ssrc, default: ReceptionStatistics(ssrc: packet.ssrc, clockRate: clockRate)]
            .insert(packet, clockRate: clockRate, at: now)
        begin(at: now)
    }

    /// Forgets a remote source, such as when its section is stopped.
    package mutating func forget(_ source: SSRC) { receivers[source] = nil }

    /// Takes note of a compound that arrived; returns the sources, among those heard, that said goodbye.
    ///
    /// What it says about sources that nobody here knows is passed over.
    package mutating func handle(_ packets: [RTCPPacket], at now: Instant) -> [SSRC] {
        var gone: [SSRC] = []
        for packet in packets {
            switch packet {
            case .senderReport(let report):
                receivers[report.ssrc]?.handle(report, at: now)
                handle(report.blocks, at: now)
            case .receiverReport(let report):
                handle(report.blocks, at: now)
            case .goodbye(let goodbye):
                for source in goodbye.sources where receivers[source]?.hasLeft == false {
                    receivers[source]?.leave()
                    gone.append(source)
                }
            case .sourceDescription, .application, .transportFeedback, .payloadFeedback, .unknown:
                break
            }
        }
        return gone
    }

    private mutating func handle(_ blocks: [ReportBlock], at now: Instant) {
        let ntp = clock.timestamp(at: now)
        for block in blocks where block.ssrc == ssrc { sender.handle(block, ntp: ntp, at: now) }
    }

    // MARK: Reports

    /// The compound to send, if its time has come.
    package mutating func poll(at now: Instant) -> [UInt8]? {
        guard let wakeUp, now >= wakeUp else { return nil }
        let bytes = RTCPCompound.bytes(of: makeReports(at: now) + [description])
        let size = Double(bytes.count + Self.overhead)
        averageByteCount = averageByteCount.map { $0 + (size - $0) / 16 } ?? size
        self.wakeUp = now + interval(isFirst: false)
        return bytes
    }

    /// The last compound, for when the source is no more: a report, the name and BYE (RFC 3550 §6.1). No reports come after it until a
    /// packet is sent or heard.
    package mutating func goodbye(reason: String? = nil, at now: Instant) -> [UInt8] {
        wakeUp = nil
        return RTCPCompound.bytes(
            of: makeReports(at: now) + [description, .goodbye(Goodbye(sources: [ssrc], reason: reason))])
    }

    /// An early word on its way: alone where that was agreed (RFC 5506), else behind a report that reports nothing (RFC 4585 §3.1).
    package func compound(with packet: RTCPPacket, isReduced: Bool) -> [UInt8] {
        RTCPCompound.bytes(of: isReduced ? [packet] : [.receiverReport(ReceiverReport(ssrc: ssrc)), description, packet])
    }

    private var description: RTCPPacket { .sourceDescription(SourceDescription(ssrc: ssrc, canonicalName: canonicalName)) }

    /// A sender report, if we send, or a receiver report, followed by more of these where there are more sources than one holds.
    private mutating func makeReports(at now: Instant) -> [RTCPPacket] {
        var blocks: [ReportBlock] = []
        for source in receivers.keys.sorted(by: { $0.rawValue < $1.rawValue }) where receivers[source]?.isWorthReporting == true {
            if let block = receivers[source]?.makeReportBlock(at: now) { blocks.append(block) }
        }
        let first = Array(blocks.prefix(Self.blockLimit))
        var reports: [RTCPPacket] =
            if let report = sender.makeSenderReport(blocks: first, ntp: clock.timestamp(at: now), at: now) {
                [.senderReport(report)]
            } else {
                [.receiverReport(ReceiverReport(ssrc: ssrc, blocks: first))]
            }
        var rest = blocks.dropFirst(Self.blockLimit)
        while !rest.isEmpty {
            reports.append(.receiverReport(ReceiverReport(ssrc: ssrc, blocks: Array(rest.prefix(Self.blockLimit)))))
            rest = rest.dropFirst(Self.blockLimit)
        }
        return reports
    }

    /// The first report follows the first packet by half an interval (RFC 3550 §6.2), so that a round trip is known early.
    private mutating func begin(at now: Instant) {
        guard wakeUp == nil else { return }
        wakeUp = now + interval(isFirst: true)
    }

    /// RFC 3550 §6.3.1: no oftener than the bandwidth allows, and between half and one and a half of that at random, lest all speak at
    /// once.
    private mutating func interval(isFirst: Bool) -> Duration {
        let members = Double(1 + receivers.count)
        let fair = (averageByteCount ?? 0) * members / Self.bytesPerSecond
        let deterministic = max(Self.shortestInterval.seconds, fair) * (isFirst ? 0.5 : 1)
        return .seconds(fraction: deterministic * Double.random(in: 0.5...1.5, using: &random))
    }
}
