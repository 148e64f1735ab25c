import Foundation
import Primitives
import Testing

@testable import AudioProcessing

@Suite struct GainControlTests {
    /// A second of noise in bursts of 0.3 s, as a voice comes and goes, over a background. Levels are root mean squares in dBFS.
    private func voice(_ level: Float, background: Float = -90, seconds: Int = 1) -> [Float] {
        var random = RandomSource(seed: 3)
        return (0..<48_000 * seconds).map { index in
            let noise = 3.0.squareRoot() * (Double(random.next() >> 40) / Double(1 << 23) - 1)
            return Float(noise) * pow(10, (index % 28_800 < 14_400 ? level : background) / 20)
        }
    }

    @discardableResult
    private func run(_ control: inout GainControl, _ samples: [Float]) -> [Float] {
        var samples = samples
        samples.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for frame in 0..<buffer.count / 480 { control.process(start + 480 * frame) }
        }
        return samples
    }

    private func decibels(_ ratio: Float) -> Float { 20 * log10(ratio) }

    @Test("A voice comes to its level within seconds, from below and from above", arguments: [-31, -25, -12] as [Float])
    func level(before: Float) {
        var control = GainControl()
        run(&control, voice(before, seconds: 10))
        #expect(abs(before + decibels(control.gain) + 19) < 2)
    }

    @Test("The gain rises by no more than 4 dB a second, and rests while nobody talks")
    func pace() {
        var control = GainControl()
        run(&control, voice(-35))
        #expect(decibels(control.gain) > 0.5 && decibels(control.gain) < 4.1)
        let before = control.gain
        run(&control, [Float](repeating: 0, count: 480_000))
        #expect(control.gain == before)
    }

    @Test("What is in the background is not made audible for the sake of the voice")
    func background() {
        var control = GainControl()
        run(&control, voice(-40, background: -62, seconds: 20))
        #expect(decibels(control.gain) < 8)
    }

    @Test("A whisper is raised by 15 dB and no more, and what is too quiet for a voice not at all")
    func most() {
        var control = GainControl()
        run(&control, voice(-45, seconds: 20))
        #expect(abs(decibels(control.gain) - 15) < 0.5)
        var other = GainControl()
        run(&other, voice(-60, seconds: 20))
        #expect(other.gain == 1)
    }

    @Test("A shout after a whisper does not clip, and is at its level soon")
    func shout() {
        var control = GainControl()
        run(&control, voice(-40, seconds: 10))
        let heard = run(&control, voice(-10, seconds: 3))
        #expect(heard.allSatisfy { abs($0) <= 1 })
        #expect(heard.count { abs($0) > 0.9 } < heard.count / 1000)
        #expect(decibels(control.gain) < -3)
    }
}
