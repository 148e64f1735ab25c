import AudioCore
import Glibc
import Primitives
import Testing

@testable import AudioPipeline

/// Tracks that a page's audio graph makes of other sound.
@Suite struct MixTests {
    /// A mix in a graph, heard through a track and a loudspeaker that remembers.
    private final class Mixed {
        let rig = GraphRig()
        let mix = TrackMix()
        let track: LocalTrack
        private let sink: RecordingSink

        init() {
            track = LocalTrack(mix: mix)
            let (output, sink) = rig.addOutput()
            self.sink = sink
            rig.control.perform(.addTrack(track))
            rig.control.perform(.addMix(mix))
            rig.control.perform(.setPlayback(Playback(), PlaybackState(sources: [.track(track)], output: output)))
            rig.tick(3)
        }

        /// Another state; what is heard of it, frame by frame. A playback is mixed before the tracks of its tick: a frame later.
        func hear(_ inputs: [SoundInput], frames: Int) -> [Float] {
            rig.control.perform(.setMix(mix, MixState(inputs)))
            rig.tick()
            return hear(frames: frames)
        }

        func hear(frames: Int) -> [Float] {
            let before = sink.samples.count
            rig.tick(frames)
            return Array(sink.samples[before...])
        }
    }

    private static func steps(_ samples: [Float]) -> Float { zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max() ?? 0 }

    /// The amplitude at a frequency.
    private static func amplitude(_ samples: [Float], at frequency: Double) -> Double {
        var sine = 0.0
        var cosine = 0.0
        for (index, sample) in samples.enumerated() {
            let angle = 2 * Double.pi * frequency * Double(index) / 48_000
            sine += Double(sample) * sin(angle)
            cosine += Double(sample) * cos(angle)
        }
        return 2 * (sine * sine + cosine * cosine).squareRoot() / Double(samples.count)
    }

    @Test("microphones, each at its gain, add up; one that is louder than it came is bent under full scale")
    func levels() throws {
        let mixed = Mixed()
        let near = mixed.rig.addTrack { _ in 0.2 }
        let other = mixed.rig.addTrack { _ in 0.1 }
        let heard = mixed.hear([SoundInput(.track(near), gain: 0.5), SoundInput(.track(other), gain: 3)], frames: 3)
        #expect(abs(try #require(heard.last) - 0.4) < 1e-5)
        let loud = mixed.hear([SoundInput(.track(near), gain: 16)], frames: 3)
        let last = try #require(loud.last)
        #expect(last > 0.9 && last < 1)
    }

    @Test("one source that comes two ways is as loud as both together")
    func twice() throws {
        let mixed = Mixed()
        let near = mixed.rig.addTrack { _ in 0.2 }
        let heard = mixed.hear([SoundInput(.track(near), gain: 0.5), SoundInput(.track(near), gain: 1.5)], frames: 3)
        #expect(abs(try #require(heard.last) - 0.4) < 1e-5)
    }

    @Test("gains glide: what comes, changes and goes does so without a step")
    func glide() throws {
        let mixed = Mixed()
        let near = mixed.rig.addTrack { _ in 0.5 }
        var heard: [Float] = []
        for gain: Float in [1, 0.2, 1.6, 0] { heard += mixed.hear([SoundInput(.track(near), gain: gain)], frames: 2) }
        heard += mixed.hear([SoundInput(.track(near), gain: 1)], frames: 2)
        heard += mixed.hear([], frames: 2)
        #expect(Self.steps(heard) < 0.8 / 400)
        #expect(heard.max() ?? 0 > 0.75)
        #expect(heard.suffix(480).allSatisfy { $0 == 0 })
    }

    @Test("a track of a mix is disabled and has a level of its own, and the mix goes on")
    func enabling() throws {
        let mixed = Mixed()
        let near = mixed.rig.addTrack { _ in 0.5 }
        let clone = LocalTrack(mix: mixed.mix)
        mixed.rig.control.perform(.addTrack(clone))
        _ = mixed.hear([SoundInput(.track(near))], frames: 3)
        mixed.rig.control.perform(.setTrackEnabled(mixed.track, false))
        #expect(mixed.hear(frames: 4).suffix(480).allSatisfy { $0 == 0 })
        mixed.rig.tick(60)
        #expect(abs(clone.level.read().level - 0.5) < 0.01)
        #expect(mixed.track.level.read().level < 0.01)
    }

    @Test("a mix of a mix is a tick later, and one that leads back into itself stays under full scale")
    func nested() throws {
        let mixed = Mixed()
        let near = mixed.rig.addTrack { _ in 0.5 }
        let inner = TrackMix()
        let innerTrack = LocalTrack(mix: inner)
        mixed.rig.control.perform(.addTrack(innerTrack))
        mixed.rig.control.perform(.addMix(inner))
        mixed.rig.control.perform(.setMix(inner, MixState([SoundInput(.track(near), gain: 0.5)])))
        let heard = mixed.hear([SoundInput(.track(innerTrack), gain: 0.5)], frames: 4)
        #expect(abs(try #require(heard.last) - 0.125) < 1e-5)
        let round = mixed.hear([SoundInput(.track(near)), SoundInput(.track(mixed.track), gain: 4)], frames: 50)
        let last = try #require(round.last)
        #expect(last > 0.9 && last < 1)
    }

    @Test("a removed mix is silent, and nothing that leads back to itself keeps it")
    func removal() throws {
        weak var weakMix: TrackMix?
        let rig = GraphRig()
        do {
            let mix = TrackMix()
            let track = LocalTrack(mix: mix)
            weakMix = mix
            rig.control.perform(.addTrack(track))
            rig.control.perform(.addMix(mix))
            rig.control.perform(.setMix(mix, MixState([SoundInput(.track(track))])))
            rig.tick(3)
            #expect(!rig.graph.isIdle)
            rig.control.perform(.removeTrack(track))
            rig.control.perform(.setMix(mix, MixState()))
            rig.control.perform(.removeMix(mix))
        }
        rig.tick()
        rig.control.collect()
        #expect(rig.graph.isIdle)
        #expect(weakMix == nil)
    }

    @Test("a far end's voice goes into a mix")
    func receiver() throws {
        let mixed = Mixed()
        let receiver = ReceiveStream()
        mixed.rig.control.perform(.addReceiver(receiver))
        // Nothing has come: its silence is a sum like another.
        let near = mixed.rig.addTrack { _ in 0.25 }
        let heard = mixed.hear([SoundInput(.receiver(receiver)), SoundInput(.track(near))], frames: 3)
        #expect(abs(try #require(heard.last) - 0.25) < 1e-5)
    }

    @Test("a sine is at its frequency, as loud as its gain, and glides to another without a step")
    func sine() throws {
        let mixed = Mixed()
        let tone = ToneVoice(shape: .sine, frequency: 440)
        let heard = Array(mixed.hear([SoundInput(.tone(tone), gain: 0.5)], frames: 51).dropFirst(480))
        #expect(abs(Self.amplitude(heard, at: 440) - 0.5) < 0.005)
        #expect(Self.amplitude(heard, at: 880) < 0.001)
        mixed.rig.control.perform(.tuneTone(tone, frequency: 660, end: nil))
        let higher = mixed.hear(frames: 53)
        #expect(Self.steps(heard + higher) < 0.5 * 2 * .pi * 660 / 48_000 * 1.01)
        #expect(abs(Self.amplitude(Array(higher.suffix(24_000)), at: 660) - 0.5) < 0.005)
    }

    @Test(
        "the other shapes have the partials that the standard gives them, and none that folds back from above",
        arguments: [(ToneVoice.Shape.square, 3), (.sawtooth, 2), (.triangle, 3)])
    func shapes(shape: ToneVoice.Shape, partial: Int) throws {
        let mixed = Mixed()
        // A period of 19.2 samples: what folds back does not fall on a partial.
        let heard = Array(mixed.hear([SoundInput(.tone(ToneVoice(shape: shape, frequency: 2500)), gain: 0.5)], frames: 101).dropFirst(480))
        let first = Self.amplitude(heard, at: 2500)
        let ratio = Self.amplitude(heard, at: 2500 * Double(partial)) / first
        let (expected, expectedRatio): (Double, Double) =
            switch shape {
            case .sine: (0.5, 0)
            case .square: (0.5 * 4 / .pi / 1.179, 1.0 / 3)
            case .sawtooth: (0.5 * 2 / .pi / 1.179, 1.0 / 2)
            case .triangle: (0.5 * 8 / (.pi * .pi), 1.0 / 9)
            }
        #expect(abs(first / expected - 1) < 0.03)
        #expect(abs(ratio / expectedRatio - 1) < 0.12)
        // The 19th partial, 47,500 Hz, folds back to 500 Hz.
        #expect(Self.amplitude(heard, at: 500) < 0.01 * first)
    }

    @Test("a tone begins after its delay and ends at its end, to the sample, and another end may be set meanwhile")
    func schedule() throws {
        let mixed = Mixed()
        let tone = ToneVoice(shape: .square, frequency: 0, schedule: VoiceSchedule(wait: 700, end: 1500))
        let heard = mixed.hear([SoundInput(.tone(tone))], frames: 5)
        #expect(heard.firstIndex { $0 != 0 } == 700)
        #expect(heard.lastIndex { $0 != 0 } == 1499)
        let other = ToneVoice(shape: .square, frequency: 0)
        _ = mixed.hear([SoundInput(.tone(other))], frames: 5)
        mixed.rig.control.perform(.tuneTone(other, frequency: 0, end: 100))
        mixed.rig.tick()
        #expect(mixed.hear(frames: 3).lastIndex { $0 != 0 } == 99)
    }

    @Test("a file loops between two places of it, ends when the loop is taken back, and never gets into one that it begins behind")
    func loops() throws {
        let mixed = Mixed()
        // Each sample tells its place.
        let samples = (0..<2000).map { Int16($0 * 10) }
        func place(_ value: Float?) throws -> Int { Int((try #require(value) * 3276.8).rounded()) }
        let voice = SoundVoice(samples: samples, start: 480, loop: 1000..<1200)
        let heard = mixed.hear([SoundInput(.sound(voice))], frames: 4)
        // Samples 480…1199, then 1000…1199 again and again; the first frame is faded in.
        #expect(try place(heard[719]) == 1199)
        #expect(try place(heard[720]) == 1000)
        #expect(try place(heard[919]) == 1199)
        #expect(try place(heard[920]) == 1000)
        mixed.rig.control.perform(.tuneSound(voice, loop: nil, end: nil))
        mixed.rig.tick()
        let rest = mixed.hear(frames: 4)
        #expect(try place(rest.max()) == 1999)
        #expect(rest.last == 0)
        let behind = SoundVoice(samples: samples, start: 1500, loop: 1000..<1200)
        let tail = mixed.hear([SoundInput(.sound(behind))], frames: 3)
        #expect(try place(tail[499]) == 1999)
        #expect(tail[500...].allSatisfy { $0 == 0 })
        let whole = SoundVoice(samples: samples, start: 100, loop: 5000..<6000)
        #expect(try place(mixed.hear([SoundInput(.sound(whole))], frames: 5)[1900]) == 0)
    }

    @Test("a loudspeaker plays what a page's graph makes louder, softly clipped")
    func louder() throws {
        let rig = GraphRig()
        let near = rig.addTrack { _ in 0.1 }
        let (output, sink) = rig.addOutput()
        let playback = Playback()
        // The microphone's own beginning is a step.
        rig.tick(2)
        rig.control.perform(.setPlayback(playback, PlaybackState(inputs: [SoundInput(.track(near), gain: 4)], output: output, volume: 0.5)))
        rig.tick(3)
        #expect(abs(try #require(sink.frame.last) - 0.2) < 1e-5)
        rig.control.perform(.setPlayback(playback, PlaybackState(inputs: [SoundInput(.track(near), gain: 16)], output: output)))
        rig.tick(3)
        let last = try #require(sink.frame.last)
        #expect(last > 0.9 && last < 1)
        #expect(Self.steps(sink.samples) < 1.6 / 400)
    }
}
