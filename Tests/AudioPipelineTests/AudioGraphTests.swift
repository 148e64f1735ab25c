import AudioCore
import AudioProcessing
import Synchronization
import Testing

@testable import AudioPipeline

@Suite struct AudioGraphTests {
    @Test("a microphone's sound reaches a loudspeaker through a track and a playback, ramped in over the first frame")
    func journey() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.5 }
        let (output, sink) = rig.addOutput()
        rig.tick()
        rig.control.perform(.setPlayback(Playback(), PlaybackState(sources: [.track(track)], output: output)))
        rig.tick()
        #expect(sink.frame.first! < 0.01)
        #expect(abs(sink.frame.last! - 0.5) < 0.001)
        rig.tick()
        #expect(sink.frame.allSatisfy { $0 == 0.5 })
    }

    @Test("volume, pause and mute change in a straight line over one frame, never with a step")
    func ramps() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.5 }
        let (output, sink) = rig.addOutput()
        let playback = Playback()
        func set(volume: Float = 1, isMuted: Bool = false, isPlaying: Bool = true) {
            rig.control.perform(
                .setPlayback(
                    playback,
                    PlaybackState(sources: [.track(track)], output: output, volume: volume, isMuted: isMuted, isPlaying: isPlaying)))
            rig.tick(2)
        }
        rig.tick()
        set()
        set(volume: 0.3)
        #expect(abs(sink.frame.last! - 0.15) < 1e-6)
        set(isMuted: true)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        set()
        set(isPlaying: false)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        let steps = zip(sink.samples, sink.samples.dropFirst()).map { abs($0 - $1) }
        #expect(steps.max()! < 0.5 / 400)
    }

    @Test("a playback that moves to another loudspeaker fades out here and in there, and one that is removed fades out")
    func moving() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.5 }
        let first = rig.addOutput()
        let second = rig.addOutput()
        let playback = Playback()
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.track(track)], output: first.output)))
        rig.tick(3)
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.track(track)], output: second.output)))
        rig.tick()
        #expect(first.sink.frame.last! < 0.01 && first.sink.frame.first! > 0.49)
        #expect(second.sink.frame.last! > 0.49 && second.sink.frame.first! < 0.01)
        rig.tick()
        #expect(first.sink.frame.allSatisfy { $0 == 0 })
        rig.control.perform(.removePlayback(playback))
        rig.tick()
        #expect(second.sink.frame.last! < 0.01 && second.sink.frame.first! > 0.49)
        rig.tick()
        #expect(second.sink.frame.allSatisfy { $0 == 0 })
    }

    @Test("a sound file plays from where it is asked, goes on when the volume changes, and begins again when it loops")
    func soundFile() {
        let rig = GraphRig()
        let (output, sink) = rig.addOutput()
        // 25 ms, of which each sample tells its place.
        let samples = (0..<1200).map { Int16($0 * 20) }
        let voice = SoundVoice(samples: samples, start: 480, loops: true)
        let playback = Playback()
        rig.tick()
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.sound(voice)], output: output)))
        rig.tick()
        #expect(abs(sink.frame.last! - Float(samples[959]) / 32768) < 1e-5)
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.sound(voice)], output: output, volume: 0.5)))
        rig.tick()
        #expect(abs(sink.frame.last! - Float(samples[239]) / 65536) < 1e-5)
        let once = SoundVoice(samples: samples, start: 1000, loops: false)
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.sound(once)], output: output)))
        rig.tick(2)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.sound(SoundVoice(samples: [], start: 9, loops: true))], output: output)))
        rig.tick(2)
        #expect(sink.frame.allSatisfy { $0 == 0 })
    }

    @Test("two sources of which one goes: the other plays on unchanged")
    func oneOfTwo() {
        let rig = GraphRig()
        let stays = rig.addTrack { _ in 0.25 }
        let goes = rig.addTrack { _ in 0.5 }
        let (output, sink) = rig.addOutput()
        let playback = Playback()
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.track(stays), .track(goes)], output: output)))
        rig.tick(3)
        #expect(sink.frame.last == 0.75)
        rig.control.perform(.setPlayback(playback, PlaybackState(sources: [.track(stays)], output: output)))
        rig.tick()
        #expect(sink.frame.allSatisfy { $0 >= 0.25 - 1e-4 })
        rig.tick()
        #expect(sink.frame.allSatisfy { $0 == 0.25 })
    }

    @Test("the sum of loud talkers stays under full scale, and what is below nine tenths is not touched")
    func softClipping() {
        let rig = GraphRig()
        let tracks = [rig.addTrack { _ in 0.8 }, rig.addTrack { _ in 0.8 }]
        let (output, sink) = rig.addOutput()
        rig.control.perform(.setPlayback(Playback(), PlaybackState(sources: tracks.map { .track($0) }, output: output)))
        rig.tick(3)
        #expect(sink.frame.allSatisfy { $0 > 0.9 && $0 < 1 })
        let frame = AudioFrame()
        for index in 0..<AudioFrame.sampleCount { frame.samples[index] = Float(index) / 240 - 1 }
        let before = Array(frame.samples)
        frame.softClip()
        let after = Array(frame.samples)
        #expect(zip(before, after).allSatisfy { abs($0) > 0.9 || $0 == $1 })
        #expect(zip(after, after.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("a disabled track is silent and is enabled again, a microphone without data is silent")
    func silence() {
        let rig = GraphRig()
        let track = rig.addTrack { $0 < 20 ? 0.5 : nil }
        let (output, sink) = rig.addOutput()
        rig.control.perform(.setPlayback(Playback(), PlaybackState(sources: [.track(track)], output: output)))
        rig.tick(3)
        rig.control.perform(.setTrackEnabled(track, false))
        rig.tick(3)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        rig.control.perform(.setTrackEnabled(track, true))
        rig.tick(3)
        #expect(sink.frame.allSatisfy { $0 == 0.5 })
        #expect(track.level.read().level > 0.2)
        rig.tick(60)
        #expect(sink.frame.allSatisfy { $0 == 0 })
        #expect(track.level.read().level < 0.01)
    }

    @Test("a track's level tends to the root of its mean square, its energy and duration add up as webrtc-stats wants")
    func levels() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.5 }
        rig.tick(101)
        let level = track.level.read()
        #expect(abs(level.level - 0.5) < 0.01)
        #expect(abs(level.totalDuration - 1.01) < 1e-6)
        #expect(abs(level.totalEnergy - 1.01 * 0.25) < 0.01)
    }

    @Test("the canceller hears what the paired loudspeaker plays in the same tick, before the microphone's frame is processed")
    func reference() {
        final class Witness: CaptureProcessor, @unchecked Sendable {
            nonisolated(unsafe) static var heard: [(Float, Float)] = []
            var options = CaptureOptions()
            var echoStatistics: EchoStatistics? { EchoStatistics(echoReturnLoss: 6, echoReturnLossEnhancement: 30) }
            private var farEnd: Float = -1
            func analyzePlayback(_ frame: borrowing AudioFrame) { farEnd = frame.samples[479] }
            func processCapture(_ frame: borrowing AudioFrame) {
                Self.heard.append((farEnd, frame.samples[0]))
                farEnd = -1
            }
        }
        let rig = GraphRig()
        let far = rig.addTrack { Float($0) / 100 }
        let (output, sink) = rig.addOutput()
        let input = CaptureInput(source: ScriptedSource { Float($0) / 1000 })
        let chain = CaptureChain(input: input, processor: Witness())
        rig.control.perform(.addInput(input))
        rig.control.perform(.addChain(chain))
        rig.control.perform(.setPlayback(Playback(), PlaybackState(sources: [.track(far)], output: output)))
        rig.tick()
        rig.control.perform(.setReference(chain, output))
        rig.tick(4)
        rig.control.perform(.setReference(chain, nil))
        rig.tick()
        #expect(Witness.heard.map(\.1) == [0, 0.001, 0.002, 0.003, 0.004, 0.005])
        #expect(Witness.heard.map(\.0) == [-1, 0, 0.01, 0.02, 0.03, -1])
        #expect(sink.samples[480 * 4 + 479] == 0.03)
    }

    @Test("everything that was removed is freed by the collector and by nobody else, once nothing else holds it")
    func retiring() {
        let rig = GraphRig()
        weak var weakTrack: LocalTrack?
        weak var weakState: PlaybackState?
        let completed = Atomic<Int>(0)
        let playback = Playback()
        func build() -> (PlaybackOutput, RecordingSink) {
            let track = rig.addTrack { _ in 0.5 }
            let made = rig.addOutput()
            let state = PlaybackState(sources: [.track(track)], output: made.output)
            rig.control.perform(.setPlayback(playback, state))
            rig.tick(2)
            rig.control.perform(.removeTrack(track)) { completed.wrappingAdd(1, ordering: .relaxed) }
            rig.control.perform(.removePlayback(playback))
            weakTrack = track
            weakState = state
            return (made.output, made.sink)
        }
        let (output, _) = build()
        rig.control.collect()
        #expect(weakTrack != nil && completed.load(ordering: .relaxed) == 0)
        rig.tick(2)
        #expect(weakTrack != nil && weakState != nil && completed.load(ordering: .relaxed) == 0)
        #expect(rig.waker.collector.load(ordering: .relaxed) > 0)
        rig.control.collect()
        #expect(weakTrack == nil && weakState == nil && completed.load(ordering: .relaxed) == 1)
        _ = output
    }

    @Test("more changes than a ring holds are all carried out, in order")
    func backlog() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.5 }
        for index in 0..<5000 { rig.control.perform(.setTrackEnabled(track, index % 2 == 1)) }
        let completed = Atomic<Int>(0)
        rig.control.perform(.setTrackEnabled(track, false)) { completed.wrappingAdd(1, ordering: .relaxed) }
        for _ in 0..<10 {
            rig.tick()
            rig.control.collect()
        }
        #expect(completed.load(ordering: .relaxed) == 1)
        #expect(!track.isEnabled)
    }

    @Test("with nothing to read, play, send or receive the graph is idle, and tracks alone do not keep it awake")
    func idleness() {
        let rig = GraphRig()
        #expect(rig.graph.isIdle)
        let (output, _) = rig.addOutput()
        rig.tick()
        #expect(!rig.graph.isIdle)
        rig.control.perform(.removeOutput(output))
        rig.tick()
        #expect(rig.graph.isIdle)
    }

    @Test("a change asked for after the end is completed without being carried out")
    func closed() {
        let rig = GraphRig()
        let completed = Atomic<Int>(0)
        let (output, _) = rig.addOutput()
        rig.control.perform(.removeOutput(output)) { completed.wrappingAdd(1, ordering: .relaxed) }
        rig.control.close()
        rig.control.perform(.removeOutput(output)) { completed.wrappingAdd(1, ordering: .relaxed) }
        #expect(completed.load(ordering: .relaxed) == 2)
        rig.tick()
        #expect(rig.graph.isIdle)
    }
}
