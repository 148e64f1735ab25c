import AudioCore
import AudioPipeline
import CallProtocol

/// What a page's audio graph leads together into a track. Lives as long as a track of it.
@NetworkLoop
final class CallMix {
    /// A file or tone under way.
    private enum Voice {
        case sound(hash: String, SoundVoice)
        case tone(SetMix.Tone, ToneVoice)
    }

    let mix = TrackMix()
    private let graph: GraphControl
    /// By the page's number.
    private var voices: [Int: Voice] = [:]
    private var users = 0

    init(graph: GraphControl) { self.graph = graph }

    func retain() {
        if users == 0 { graph.perform(.addMix(mix)) }
        users += 1
    }

    func release() {
        users -= 1
        guard users == 0 else { return }
        voices = [:]
        graph.perform(.setMix(mix, MixState()))
        graph.perform(.removeMix(mix))
    }

    /// Whether an input goes on with a file that it plays already.
    func plays(_ hash: String, as input: Int) -> Bool {
        if case .sound(hash, _)? = voices[input] { true } else { false }
    }

    /// Makes it of these inputs from now on.
    ///
    /// - Parameters:
    ///   - samples: of a file, by its hash.
    ///   - source: of an input that is neither file nor tone; `nil` where it is no more, which is silent and no reason to refuse the rest.
    func apply(_ inputs: [SetMix.Input], samples: (String) -> [Int16]?, source: (SetMix.Input) -> SoundSource?) {
        guard users > 0 else { return }
        var going: [Int: Voice] = [:]
        let sounding: [SoundInput] = inputs.compactMap { input in
            guard let voice = voice(for: input, samples) else { return source(input).map { SoundInput($0, gain: Float(input.gain)) } }
            going[input.input] = voice
            switch voice {
            case .sound(_, let sound): return SoundInput(.sound(sound), gain: Float(input.gain))
            case .tone(_, let tone): return SoundInput(.tone(tone), gain: Float(input.gain))
            }
        }
        voices = going
        graph.perform(.setMix(mix, MixState(sounding)))
    }

    /// The file's or tone's that the input names: the one under way with what has changed, or a new one.
    private func voice(for input: SetMix.Input, _ samples: (String) -> [Int16]?) -> Voice? {
        let end = input.end.map(Self.samples)
        let schedule = VoiceSchedule(wait: input.delay.map(Self.samples) ?? 0, end: end)
        if let hash = input.sound {
            let loop = (input.loops ?? false) ? Self.loop(input) : nil
            if case .sound(hash, let voice)? = voices[input.input] {
                graph.perform(.tuneSound(voice, loop: loop, end: end))
                return .sound(hash: hash, voice)
            }
            return samples(hash).map {
                .sound(hash: hash, SoundVoice(samples: $0, start: Self.samples(input.position ?? 0), loop: loop, schedule: schedule))
            }
        }
        guard let tone = input.tone, let frequency = input.frequency else { return nil }
        if case .tone(tone, let voice)? = voices[input.input] {
            graph.perform(.tuneTone(voice, frequency: frequency, end: end))
            return .tone(tone, voice)
        }
        return .tone(tone, ToneVoice(shape: ToneVoice.Shape(tone), frequency: frequency, schedule: schedule))
    }

    /// Empty where all of the file is meant.
    private static func loop(_ input: SetMix.Input) -> Range<Int> {
        let start = samples(input.loopStart ?? 0)
        return start..<max(start, samples(input.loopEnd ?? 0))
    }

    private static func samples(_ seconds: Double) -> Int { Int((seconds * Double(AudioFrame.sampleRate)).rounded()) }
}

extension ToneVoice.Shape {
    fileprivate init(_ tone: SetMix.Tone) {
        self =
            switch tone {
            case .sine: .sine
            case .square: .square
            case .sawtooth: .sawtooth
            case .triangle: .triangle
            }
    }
}
