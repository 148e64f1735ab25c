import AudioCore
import AudioPipeline
import Primitives

@testable import AudioDevices

/// Plays noise into a loudspeaker and records a microphone, tick by tick, so that both can be laid side by side.
final class CableProbe {
    /// Noise, remembered.
    /// `@unchecked Sendable`: touched by the audio thread only, until the system was stopped.
    private final class Noise: CaptureSource, @unchecked Sendable {
        private(set) var samples: [Float] = []
        private var random = RandomSource(seed: 7)
        private var smoothed: Float = 0
        var delay: Duration { .zero }

        func read(into frame: borrowing AudioFrame) -> Bool {
            for index in 0..<AudioFrame.sampleCount {
                // Low-passed, so that a resampler's roll-off does not count.
                smoothed += 0.2 * (Float(random.next() & 0xFFFF) / 65_536 - 0.5 - smoothed)
                frame.samples[index] = smoothed
            }
            samples += Array(frame.samples)
            return true
        }
    }

    /// `@unchecked Sendable`: touched by the audio thread only, until the system was stopped.
    private final class Recorder: PlaybackSink, @unchecked Sendable {
        private(set) var samples: [Float] = []
        var delay: Duration { .zero }
        func write(_ frame: borrowing AudioFrame) { samples += Array(frame.samples) }
    }

    /// How late the noise came back at a time, and how like itself it was.
    struct Echo {
        var milliseconds: Double
        var likeness: Double
    }

    private let noise = Noise()
    private let recorder = Recorder()
    /// What the microphone hears.
    let recorded: LocalTrack

    init(_ rig: SystemRig, microphone: Microphone, speaker: Speaker) {
        let graph = rig.system.graph
        let input = CaptureInput(source: noise)
        let chain = CaptureChain(input: input, processor: nil)
        let played = LocalTrack(chain: chain)
        let output = PlaybackOutput(sink: recorder)
        recorded = LocalTrack(chain: microphone.chain)
        for change: GraphChange in [
            .addInput(input), .addChain(chain), .addTrack(played), .addTrack(recorded), .addOutput(output),
            .setPlayback(Playback(), PlaybackState(sources: [.track(played)], output: speaker.output)),
            .setPlayback(Playback(), PlaybackState(sources: [.track(recorded)], output: output)),
        ] {
            graph.perform(change)
        }
    }

    /// After the system was stopped: the echo of the 50 ms of noise that began so many milliseconds before the end.
    func echo(beforeEnd milliseconds: Int) -> Echo {
        let position = noise.samples.count - milliseconds * 48
        guard position >= 0 else { return Echo(milliseconds: 0, likeness: 0) }
        let heard = Array(recorder.samples[min(position, recorder.samples.count)...].prefix(16_800))
        let best = bestCorrelation(noise.samples[position..<position + 2400], in: heard, shifts: 0..<14_400)
        return Echo(milliseconds: Double(best.shift) / 48, likeness: best.value)
    }
}
