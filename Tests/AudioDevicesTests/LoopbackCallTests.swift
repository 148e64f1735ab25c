import AudioCodecs
import AudioCore
import AudioPipeline
import AudioProcessing
import Foundation
import Playout
import Primitives
import Testing

@testable import AudioDevices

/// A call with oneself through the virtual device, in real time.
@Suite(.serialized) struct LoopbackCallTests {
    /// Speech, 16 kHz.
    private static let speech = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Resources/speech/sense-16k.wav").path

    @Test("speech from a file goes through Opus and the jitter buffer into a file: as long, as loud and like itself")
    func speech() async throws {
        let rig = try SystemRig()
        try rig.system.start(.virtual(microphone: Self.speech, loops: true, loudspeaker: rig.path("loudspeaker.wav")))
        let speaker = try await rig.openSpeaker()
        let microphone = try await rig.openMicrophone()
        let track = LocalTrack(chain: microphone.chain)
        let sender = SendStream(initialTimestamp: 0xFFFF_FF00)
        let receiver = ReceiveStream()
        for change: GraphChange in [
            .addTrack(track), .addSender(sender), .setSenderTrack(sender, track),
            .setEncoder(sender, SendEncoder(encoder: OpusEncoder(), payloadType: 111)), .addReceiver(receiver),
            .setPlayback(Playback(), PlaybackState(sources: [.receiver(receiver)], output: speaker.output)),
        ] {
            rig.system.graph.perform(change)
        }
        let wakeUps = await carry(from: sender, to: receiver, wakenBy: rig.system.wakeDescriptor, frames: 125)
        let said = track.level.read()
        let played = receiver.statistics.read()
        rig.system.stop()

        #expect(wakeUps > 60)
        #expect(abs(played.level.totalDuration - said.totalDuration) < 0.1)
        #expect((0.5...1.5).contains(played.level.totalEnergy / said.totalEnergy))
        let heard = try rig.readSound()
        #expect(Double(heard.count) / 48_000 >= said.totalDuration)
        // The loudest quarter of a second, somewhere in the file.
        let starts = stride(from: 0, to: heard.count - 12_000, by: 12_000)
        let loudest = try #require(starts.max { energy(heard, from: $0) < energy(heard, from: $1) })
        let piece = heard[loudest..<loudest + 12_000]
        let original = try WAVAudio(parsing: FileBytes.read(Self.speech, atMost: 1 << 24)).samples
        let wide = Resampler.resample(Array(original.prefix(16_000 * 6)), from: 16_000, to: 48_000)
        let match = bestCorrelation(piece, in: wide, shifts: 0..<wide.count - 12_000, stride: 61)
        #expect(match.value > 0.8)
    }

    private func energy(_ sound: [Float], from start: Int) -> Float {
        stride(from: start, to: start + 12_000, by: 10).reduce(0) { $0 + sound[$1] * sound[$1] }
    }

    /// The network: every encoded frame becomes a packet at once. Returns how often there was something after a wake-up.
    private func carry(from sender: SendStream, to receiver: ReceiveStream, wakenBy descriptor: Int32, frames: Int) async -> Int {
        await withCheckedContinuation { continuation in
            let thread = Foundation.Thread {
                var carried = 0
                var wakeUps = 0
                var bytes = [UInt8](repeating: 0, count: 64)
                let deadline = Clock.now + .seconds(20)
                while carried < frames, Clock.now < deadline {
                    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&entry, 1, 1000) > 0 else { continue }
                    _ = read(descriptor, &bytes, bytes.count)
                    wakeUps += 1
                    while let (header, payload) = sender.frames.read({ ($0, Array($1)) }) {
                        let packet = PlayoutPacket(
                            codec: .opus, ssrc: 1, sequenceNumber: UInt16(carried), timestamp: header.rtpTimestamp, arrival: Clock.now)
                        _ = receiver.insert(packet, payload: payload)
                        carried += 1
                    }
                }
                continuation.resume(returning: wakeUps)
            }
            thread.start()
        }
    }
}
