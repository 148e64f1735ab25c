import AudioCodecs
import AudioCore
import AudioPipeline
import Foundation
import Playout
import Primitives
import RTP

/// The receiving side alone, in virtual time.
struct Player {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// What a payload type carries: Chromium's numbers unless told otherwise.
    private func content(_ type: UInt8) -> PlayoutContent? {
        switch type {
        case UInt8(arguments.number("pcmu", 0)): .speech(.pcmu)
        case UInt8(arguments.number("pcma", 8)): .speech(.pcma)
        case UInt8(arguments.number("opus", 111)): .speech(.opus)
        case 110, 126: .telephoneEvent
        case _: nil
        }
    }

    func play(_ path: String) throws {
        let packets = try Trace.read(path).sorted { $0.nanoseconds < $1.nanoseconds }
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        // When, within its ten milliseconds, the device asks.
        let phase = Int64(arguments.number("phase", 3.7) * 1e6)
        let last = packets.last?.nanoseconds ?? 0
        let most = Int64(arguments.number("seconds", Double(last) / 1e9 + 0.2) * 1e9)
        var heard: [Float] = []
        var seconds: [[String: Any]] = []
        var next = 0
        var tick: Int64 = 0
        let clock = ContinuousClock()
        let began = clock.now
        while tick * 10_000_000 + phase < most {
            let now = tick * 10_000_000 + phase
            while next < packets.count, packets[next].nanoseconds <= now {
                insert(packets[next].packet, at: packets[next].nanoseconds, into: buffer)
                next += 1
            }
            _ = buffer.frame(into: frame, at: Instant(nanoseconds: now))
            if arguments.text("wav") != nil { heard.append(contentsOf: frame.samples) }
            tick += 1
            if tick % 100 == 0 { seconds.append(figures(buffer, at: Double(now) / 1e9)) }
        }
        let elapsed = clock.now - began
        if let path = arguments.text("wav") { try WaveFile.write(heard, to: path) }
        var report = figures(buffer, at: Double(tick) / 100)
        report["phase"] = Double(phase) / 1e9
        report["microsecondsPerTick"] = elapsed.seconds * 1e6 / Double(max(1, tick))
        report["seconds"] = seconds
        print(String(decoding: try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys]), as: UTF8.self))
    }

    private func insert(_ bytes: [UInt8], at nanoseconds: Int64, into buffer: JitterBuffer) {
        guard let packet = RTPPacket(parsing: bytes) else { return }
        if packet.payloadType.rawValue == 63 {
            let speech = RedundantSpeech(parsing: packet, at: Instant(nanoseconds: nanoseconds), formats: [111: .speech(.opus)])
            for frame in speech?.frames ?? [] { frame.payload.withUnsafeBytes { _ = buffer.insert(frame.packet, payload: $0) } }
            return
        }
        guard let content = content(packet.payloadType.rawValue) else { return }
        let described = PlayoutPacket(
            content: content, ssrc: packet.ssrc.rawValue, sequenceNumber: packet.sequenceNumber.rawValue, timestamp: packet.timestamp,
            arrival: Instant(nanoseconds: nanoseconds))
        packet.payload.withUnsafeBytes { _ = buffer.insert(described, payload: $0) }
    }

    private func figures(_ buffer: JitterBuffer, at time: Double) -> [String: Any] {
        let counted = buffer.statistics
        return [
            "time": time, "target": buffer.targetDelay, "playoutDelay": counted.playoutDelay, "jitterBufferDelay": counted.jitterBufferDelay,
            "jitterBufferEmittedCount": counted.jitterBufferEmittedCount, "jitterBufferTargetDelay": counted.jitterBufferTargetDelay,
            "totalSamplesReceived": counted.totalSamplesReceived, "concealedSamples": counted.concealedSamples,
            "silentConcealedSamples": counted.silentConcealedSamples, "concealmentEvents": counted.concealmentEvents,
            "insertedSamplesForDeceleration": counted.insertedSamplesForDeceleration,
            "removedSamplesForAcceleration": counted.removedSamplesForAcceleration, "packetsDiscarded": counted.packetsDiscarded,
            "fecPacketsReceived": counted.fecPacketsReceived, "fecPacketsDiscarded": counted.fecPacketsDiscarded,
        ]
    }
}
