import AudioCodecs
import AudioCore
import Primitives

@testable import Playout

/// A sender, a network and the playout, in virtual time and from a seed.
struct VirtualCall {
    var codec = AudioCodec.opus
    var encoder = OpusEncoder.Settings()
    /// 0…1.
    var loss = 0.0
    /// Milliseconds either way, evenly spread.
    var jitter = 0.0
    /// 0…1: packets that come 25 ms later, behind the next one.
    var reordering = 0.0
    /// 0…1: packets that come twice.
    var duplication = 0.0
    /// How much faster the sender's clock runs than ours.
    var partsPerMillion = 0.0
    var seed: UInt64 = 1
    /// Whether each packet repeats the frame of the one before (RFC 2198).
    var isRedundant = false
    /// Whether one of padding alone follows each packet, under the next number and the same timestamp.
    var isPadded = false
    /// What becomes of a packet: by number, its delay in milliseconds on top of the network's.
    var extra: (Int) -> Double = { _ in 0 }

    struct Outcome {
        var heard: [Float] = []
        var kinds: [PlayoutKind] = []
        var statistics = JitterBufferStatistics()
        var sent = 0
        var arrived = 0
        /// Of each whole second: delay from arrival to playing, in milliseconds.
        var delays: [Double] = []
        var target = 0.0
    }

    func run(_ speech: [Float], repeats: Int = 1) -> Outcome {
        var random = RandomSource(seed: seed)
        func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }
        let sender: any SpeechEncoder =
            switch codec {
            case .opus: OpusEncoder(settings: encoder)
            case .pcmu: G711Encoder(.muLaw)
            case .pcma: G711Encoder(.aLaw)
            }
        var payloads: [[UInt8]] = []
        for start in stride(from: 0, through: speech.count - 960, by: 960) {
            payloads.append(
                [UInt8](unsafeUninitializedCapacity: 1_500) { bytes, count in
                    speech[start..<start + 960].withUnsafeBufferPointer { count = sender.encode($0, into: bytes) }
                })
        }
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        var outcome = Outcome()
        var flying: [(arrival: Double, index: Int)] = []
        var index = 0
        var tick = 0
        var last = JitterBufferStatistics()
        let total = payloads.count * repeats
        while index < total || !flying.isEmpty {
            let now = Double(tick) * 10 + 3.7
            while index < total, Double(index + 1) * 20 / (1 + partsPerMillion / 1e6) <= now {
                let sent = Double(index + 1) * 20 / (1 + partsPerMillion / 1e6)
                outcome.sent += 1
                if uniform() >= loss, !payloads[index % payloads.count].isEmpty {
                    var arrival = sent + 40 + jitter + (2 * uniform() - 1) * jitter + extra(index)
                    if uniform() < reordering { arrival += 25 }
                    flying.append((arrival, index))
                    if uniform() < duplication { flying.append((arrival + 30 * uniform(), index)) }
                }
                index += 1
            }
            flying.sort { $0.arrival < $1.arrival }
            while let (arrival, own) = flying.first, arrival <= now {
                flying.removeFirst()
                outcome.arrived += 1
                for index in isRedundant && own > 0 ? [own, own - 1] : [own] {
                    let step = isPadded ? 2 : 1
                    // Which number a repeated frame had is not said: the one before is guessed, whoever has it (RFC 2198 §4).
                    var packet = PlayoutPacket(
                        codec: codec, ssrc: 7, sequenceNumber: UInt16(truncatingIfNeeded: 65_400 + own * step - (own - index)),
                        timestamp: UInt32(truncatingIfNeeded: 4_294_900_000 + index * 960 * codec.clockRate / 48_000),
                        arrival: Instant(nanoseconds: Int64(arrival * 1e6)))
                    packet.isRepeat = index != own
                    payloads[index % payloads.count].withUnsafeBytes { _ = buffer.insert(packet, payload: $0) }
                    guard isPadded, index == own else { continue }
                    let padding = PlayoutPacket(
                        codec: codec, ssrc: 7, sequenceNumber: packet.sequenceNumber &+ 1, timestamp: packet.timestamp, arrival: packet.arrival)
                    _ = buffer.insert(padding, payload: UnsafeRawBufferPointer(start: nil, count: 0))
                }
            }
            outcome.kinds.append(buffer.frame(into: frame, at: Instant(nanoseconds: Int64(now * 1e6))))
            if repeats == 1 { outcome.heard += frame.samples }
            tick += 1
            if tick % 100 == 0 {
                let now = buffer.statistics
                let count = now.jitterBufferEmittedCount - last.jitterBufferEmittedCount
                if count > 0 { outcome.delays.append((now.playoutDelay - last.playoutDelay) / Double(count) * 1_000) }
                last = now
            }
        }
        outcome.statistics = buffer.statistics
        outcome.target = buffer.targetDelay
        return outcome
    }
}
