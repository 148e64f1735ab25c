import AudioCodecs
import Foundation
import Primitives
import RTP

/// What our encoder sends of a recording, on an even clock.
struct Maker {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func make(_ wave: String, into path: String) throws {
        let speech = try WaveFile.read(wave)
        let codec = arguments.text("codec").flatMap { AudioCodec(rawValue: $0) } ?? .opus
        let milliseconds = Int(arguments.number("ptime", 20))
        let frame = milliseconds * 48
        let (encoder, type) = encoder(codec)
        var data = Data()
        var bytes = [UInt8](repeating: 0, count: 1_500)
        var index = 0
        var number: UInt16 = 65_000
        let ages = Int(arguments.number("ages", 0))
        var sent: [[UInt8]] = []
        for _ in 0..<Int(arguments.number("repeat", 1)) {
            for start in stride(from: 0, through: speech.count - frame, by: frame) {
                let count = speech[start..<start + frame].withUnsafeBufferPointer { samples in
                    bytes.withUnsafeMutableBufferPointer { encoder.encode(samples, into: $0) }
                }
                index += 1
                guard count > 0 else {
                    sent = []
                    continue
                }
                number &+= 1
                let stamp = UInt32(truncatingIfNeeded: 4_294_900_000 + index * frame * codec.clockRate / 48_000)
                let own = Array(bytes[..<count])
                let repeats = sent.indices.filter { ages >> $0 & 1 == 1 }.reversed().map { age in
                    RedundantPayload.Block(
                        payloadType: type, timestampOffset: UInt32((age + 1) * frame * codec.clockRate / 48_000), bytes: sent[age])
                }
                let redundant = RedundantPayload(
                    repeats: repeats, primary: .init(payloadType: type, timestampOffset: 0, bytes: own))
                sent = Array(([own] + sent).prefix(8))
                let packet = RTPPacket(
                    payloadType: PayloadType(truncating: repeats.isEmpty ? type : 63), sequenceNumber: SequenceNumber(number), timestamp: stamp,
                    ssrc: SSRC(0x4E45_4152), payload: repeats.isEmpty ? own : redundant.bytes)
                var writer = ByteWriter()
                packet.write(into: &writer)
                Trace.append(writer.bytes, at: Int64(index * milliseconds) * 1_000_000, to: &data)
            }
        }
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func encoder(_ codec: AudioCodec) -> (any SpeechEncoder, UInt8) {
        switch codec {
        case .opus:
            var settings = OpusEncoder.Settings()
            settings.bitrate = Int(arguments.number("bitrate", 32_000))
            settings.usesFEC = arguments.number("fec", 1) != 0
            settings.usesDTX = arguments.number("dtx", 0) != 0
            settings.expectedLoss = arguments.number("loss", 0)
            return (OpusEncoder(settings: settings), 111)
        case .pcmu: return (G711Encoder(.muLaw), 0)
        case .pcma: return (G711Encoder(.aLaw), 8)
        }
    }
}
