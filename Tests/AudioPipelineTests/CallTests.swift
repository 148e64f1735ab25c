import AudioCodecs
import AudioCore
import Playout
import Primitives
import RTP
import Testing

@testable import AudioPipeline

/// Two ends of a call in one graph, in virtual time: a track is encoded, its frames become the other end's packets, and are played.
@Suite struct CallTests {
    /// Something like a voice: a buzz whose loudness comes and goes.
    private static func voice(_ index: Int) -> Float {
        let period = index % 320
        let syllable = index % 12_000
        let loudness: Float = syllable < 8_000 ? 0.3 : 0.02
        return loudness * (period < 160 ? Float(period) / 80 - 1 : 3 - Float(period) / 80)
    }

    private final class Voice: CaptureSource, @unchecked Sendable {
        private(set) var position = 0
        var delay: Duration { .zero }
        func read(into frame: borrowing AudioFrame) -> Bool {
            for index in 0..<AudioFrame.sampleCount { frame.samples[index] = voice(position + index) }
            position += AudioFrame.sampleCount
            return true
        }
    }

    /// Runs a call of so many ticks; `transport` says which packets arrive.
    private func call(
        encoder: SendEncoder, ticks: Int, arrives: (Int) -> Bool = { _ in true }
    ) -> (heard: [Float], statistics: ReceiveStreamStatistics, track: LevelStatistics) {
        let rig = GraphRig()
        let input = CaptureInput(source: Voice())
        let chain = CaptureChain(input: input, processor: nil)
        let track = LocalTrack(chain: chain)
        let sender = SendStream(initialTimestamp: 0xFFFF_0000)
        let receiver = ReceiveStream()
        let (output, sink) = rig.addOutput()
        for change: GraphChange in [
            .addInput(input), .addChain(chain), .addTrack(track), .addSender(sender), .setSenderTrack(sender, track),
            .setEncoder(sender, encoder), .addReceiver(receiver),
            .setPlayback(Playback(), PlaybackState(sources: [.receiver(receiver)], output: output)),
        ] {
            rig.control.perform(change)
        }
        var sequence = 65_500
        for _ in 0..<ticks {
            rig.tick()
            while let (header, payload) = sender.frames.read({ ($0, Array($1)) }) {
                let packet = PlayoutPacket(
                    codec: encoder.codec, ssrc: 1, sequenceNumber: UInt16(truncatingIfNeeded: sequence), timestamp: header.rtpTimestamp,
                    arrival: rig.now)
                if arrives(sequence - 65_500) { _ = receiver.insert(packet, payload: payload) }
                sequence += 1
            }
        }
        return (sink.samples, receiver.statistics.read(), track.level.read())
    }

    /// The greatest likeness of a tenth of a second of what was heard to what was said up to a fifth of a second before.
    private func likeness(_ heard: [Float], at position: Int) -> Double {
        let said = (position - 9_600..<position + 4_800).map(Self.voice)
        let played = Array(heard[position..<position + 4_800])
        var best: Float = 0
        said.withUnsafeBufferPointer { said in
            played.withUnsafeBufferPointer { played in
                var shift = 0
                while shift < 9_600 {
                    var (product, saidEnergy, playedEnergy): (Float, Float, Float) = (0, 1e-9, 1e-9)
                    var index = 0
                    while index < 4_800 {
                        product += said[shift + index] * played[index]
                        saidEnergy += said[shift + index] * said[shift + index]
                        playedEnergy += played[index] * played[index]
                        index += 37
                    }
                    best = max(best, product / (saidEnergy * playedEnergy).squareRoot())
                    shift += 8
                }
            }
        }
        return Double(best)
    }

    @Test("what is said into Opus is heard at the other end, alike, as loud and without anything made up")
    func opus() {
        let encoder = SendEncoder(encoder: OpusEncoder(settings: OpusEncoder.Settings()), payloadType: 111)
        let (heard, statistics, said) = call(encoder: encoder, ticks: 300)
        #expect(likeness(heard, at: 96_000) > 0.9)
        #expect(abs(statistics.level.totalEnergy / said.totalEnergy - 1) < 0.2)
        #expect(statistics.playout.concealmentEvents == 0)
        #expect(statistics.playout.packetsDiscarded == 0)
    }

    @Test("what is said into G.711 is heard at the other end", arguments: [G711.muLaw, .aLaw])
    func g711(law: G711) {
        let encoder = SendEncoder(encoder: G711Encoder(law), payloadType: law == .muLaw ? 0 : 8)
        let (heard, statistics, _) = call(encoder: encoder, ticks: 300)
        #expect(likeness(heard, at: 96_000) > 0.9)
        #expect(statistics.playout.concealmentEvents == 0)
    }

    @Test("a packet lost now and then is made up for, and what follows is heard as before")
    func loss() {
        let encoder = SendEncoder(encoder: OpusEncoder(settings: OpusEncoder.Settings()), payloadType: 111)
        let (heard, statistics, _) = call(encoder: encoder, ticks: 400) { $0 % 20 != 10 }
        #expect(likeness(heard, at: 150_000) > 0.8)
        #expect(statistics.playout.concealedSamples + statistics.playout.fecPacketsReceived > 0)
    }

    @Test("a receiver that nobody plays goes on, one that is disabled is silent, and a removed one leaves no sound behind")
    func receiving() {
        let rig = GraphRig()
        let receiver = ReceiveStream()
        let (output, sink) = rig.addOutput()
        let encoder = G711Encoder(.muLaw)
        var bytes = [UInt8](repeating: 0, count: 160)
        func speak(_ range: Range<Int>) {
            for number in range {
                let samples = (0..<960).map { Self.voice(number * 960 + $0) }
                _ = samples.withUnsafeBufferPointer { samples in bytes.withUnsafeMutableBufferPointer { encoder.encode(samples, into: $0) }
                }
                let packet = PlayoutPacket(
                    codec: .pcmu, ssrc: 1, sequenceNumber: UInt16(number), timestamp: UInt32(number * 160), arrival: rig.now)
                #expect(receiver.insert(packet, payload: bytes))
                rig.tick(2)
            }
        }
        rig.control.perform(.addReceiver(receiver))
        speak(0..<50)
        #expect(receiver.statistics.read().level.totalEnergy > 0)
        let playback = Playback()
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.receiver(receiver)], output: output)))
        speak(50..<60)
        #expect(sink.frame.contains { abs($0) > 0.01 })
        rig.control.perform(.setReceiverEnabled(receiver, false))
        speak(60..<62)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        rig.control.perform(.setReceiverEnabled(receiver, true))
        speak(62..<66)
        #expect(sink.frame.contains { abs($0) > 0.01 })
        rig.control.perform(.removeReceiver(receiver))
        rig.tick(2)
        #expect(sink.frame.allSatisfy { $0 == 0 })
    }
}
