import AudioCodecs
import AudioPipeline
import Foundation
import Primitives
import RTP

/// What our sender makes of a recording, on an even clock.
struct Maker {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func make(_ wave: String, into path: String) throws {
        let speech = try WaveFile.read(wave)
        let codec = arguments.text("codec").flatMap { AudioCodec(rawValue: $0) } ?? .opus
        let milliseconds = Int(arguments.number("ptime", 20))
        let frame = milliseconds * 48
        let encoder = encoder(codec, milliseconds)
        // With a path, the sender hears how it loses packets, as the engine does; else it is told what to spend.
        var reports = try arguments.text("lost").map { try ReportedPath(lost: [UInt8](Data(contentsOf: URL(fileURLWithPath: $0)))) }
        encoder.tune(reports?.tuning ?? tuning)
        var data = Data()
        let payload = UnsafeMutableRawBufferPointer.allocate(byteCount: SendEncoder.largestPayload, alignment: 16)
        defer { payload.deallocate() }
        var index = 0
        var number: UInt16 = 65_000
        for _ in 0..<Int(arguments.number("repeat", 1)) {
            for start in stride(from: 0, through: speech.count - frame, by: frame) {
                let stamp = UInt32(truncatingIfNeeded: 4_294_900_000 + (index + 1) * frame * codec.clockRate / 48_000)
                let made = speech[start..<start + frame].withUnsafeBufferPointer { encoder.encode($0, timestamp: stamp, into: payload) }
                index += 1
                guard let made else { continue }
                number &+= 1
                let packet = RTPPacket(
                    payloadType: PayloadType(truncating: made.payloadType), sequenceNumber: SequenceNumber(number), timestamp: stamp,
                    ssrc: SSRC(0x4E45_4152), payload: Array(payload[..<made.count]))
                let now = Int64(index * milliseconds) * 1_000_000
                Trace.append(packet.bytes, at: now, to: &data)
                if let tuning = reports?.send(at: Instant(nanoseconds: now)) { encoder.tune(tuning) }
            }
        }
        try data.write(to: URL(fileURLWithPath: path))
    }

    private var tuning: EncoderTuning {
        EncoderTuning(
            bitrate: Int(arguments.number("bitrate", 32_000)), expectedLoss: arguments.number("loss", 0),
            repeats: UInt8(arguments.number("ages", 0)), copyBitrate: arguments.text("copies").flatMap { Int($0) })
    }

    private func encoder(_ codec: AudioCodec, _ milliseconds: Int) -> SendEncoder {
        switch codec {
        case .opus:
            var settings = OpusEncoder.Settings()
            settings.usesFEC = arguments.number("fec", 1) != 0
            settings.usesDTX = arguments.number("dtx", 0) != 0
            return SendEncoder(
                encoder: OpusEncoder(settings: settings), payloadType: 111, redundancyPayloadType: 63,
                copyEncoder: OpusEncoder(settings: RedundancyPolicy.copySettings(settings)), packetMilliseconds: milliseconds)
        case .pcmu: return SendEncoder(encoder: G711Encoder(.muLaw), payloadType: 0, packetMilliseconds: milliseconds)
        case .pcma: return SendEncoder(encoder: G711Encoder(.aLaw), payloadType: 8, packetMilliseconds: milliseconds)
        }
    }
}
