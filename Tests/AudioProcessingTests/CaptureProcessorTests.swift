import AudioCore
import Foundation
import Primitives
import SpeechFixtures
import Testing

@testable import AudioProcessing

/// What the packaged library does behind our seam, on real speech.
@Suite struct CaptureProcessorTests {
    private let near: [Float]
    private let far: [Float]

    init() throws {
        let speech = try Speech.samples()
        near = Array(speech[..<(48_000 * 12)])
        far = Array(speech[(48_000 * 14)..<(48_000 * 26)])
    }

    /// The far end as it comes back from a room: 25 ms later, 10 dB quieter, with two reflections.
    private var echo: [Float] {
        far.indices.map { index in
            func at(_ delay: Int) -> Float { index >= delay ? far[index - delay] : 0 }
            return 0.3 * at(1_200) + 0.1 * at(2_100) - 0.06 * at(3_500)
        }
    }

    private func run(_ processor: any CaptureProcessor, capture: [Float], playback: [Float]?) -> [Float] {
        let frame = AudioFrame()
        var heard: [Float] = []
        for start in stride(from: 0, through: capture.count - 480, by: 480) {
            if let playback {
                for index in 0..<480 { frame.samples[index] = playback[start + index] }
                processor.analyzePlayback(frame)
            }
            for index in 0..<480 { frame.samples[index] = capture[start + index] }
            processor.processCapture(frame)
            heard += frame.samples
        }
        return heard
    }

    private func only(echo: Bool = false, noise: Bool = false, gain: Bool = false) -> WebRTCCaptureProcessor {
        WebRTCCaptureProcessor(options: CaptureOptions(echoCancellation: echo, noiseSuppression: noise, autoGainControl: gain))
    }

    private func decibels(_ left: some Collection<Float>, over right: some Collection<Float>) -> Float {
        10 * log10(max(Speech.meanSquare(left), 1e-12) / max(Speech.meanSquare(right), 1e-12))
    }

    @Test("The far end is not sent back: 20 dB less after three seconds, and the statistics say so")
    func echoIsReduced() throws {
        let processor = only(echo: true)
        let heard = run(processor, capture: echo, playback: far)
        #expect(decibels(heard[144_000...], over: echo[144_000...]) < -20)
        let statistics = try #require(processor.echoStatistics)
        #expect(statistics.echoReturnLossEnhancement > 5)
    }

    @Test("Where nobody asks for it the echo stays")
    func echoIsKept() {
        let heard = run(only(noise: true), capture: echo, playback: far)
        #expect(abs(decibels(heard[144_000...], over: echo[144_000...])) < 3)
    }

    @Test("Noise between the words is reduced by 8 dB, the words are kept; switched off, it stays")
    func noiseIsReduced() {
        var random = RandomSource(seed: 2)
        let noisy = near.map { $0 + Float(Int32(truncatingIfNeeded: random.next())) / 2_147_483_648 * 0.01 }
        func quietest(_ samples: [Float]) -> Float {
            let energies = stride(from: 192_000, to: samples.count - 4_800, by: 4_800).map { Speech.meanSquare(samples[$0..<$0 + 4_800]) }.sorted()
            return energies[energies.count / 20]
        }
        let on = run(only(noise: true), capture: noisy, playback: nil)
        let off = run(only(gain: true), capture: noisy, playback: nil)
        #expect(10 * log10(quietest(on) / quietest(noisy)) < -8)
        #expect(10 * log10(quietest(off) / quietest(noisy)) > -3)
        #expect(abs(decibels(on[192_000...], over: near[192_000...])) < 3)
    }

    @Test("A voice without an echo is kept as it is, with the canceller and noise suppression on")
    func nearEndIsKept() {
        let silence = [Float](repeating: 0, count: near.count)
        let heard = run(only(echo: true, noise: true), capture: near, playback: silence)
        #expect(abs(decibels(heard[96_000...], over: near[96_000...])) < 2)
        let found = Speech.likeness(near[144_000..<240_000], heard, lags: 0..<1_000)
        // The high-pass and the band splitting turn phases.
        #expect(found.correlation > 0.7)
    }

    @Test("A quiet voice is made louder where that is asked for, and only there")
    func gain() {
        let quiet = near.map { $0 * 0.1 }
        let on = run(only(gain: true), capture: quiet, playback: nil)
        let off = run(only(noise: true), capture: quiet, playback: nil)
        #expect(decibels(on[288_000...], over: quiet[288_000...]) > 3)
        #expect(abs(decibels(off[288_000...], over: quiet[288_000...])) < 2)
    }

    @Test("With all stages off the samples are the microphone's, bit for bit")
    func none() { #expect(run(WebRTCCaptureProcessor(options: .none), capture: near, playback: far) == near) }

    @Test("Stages may change while the call goes on")
    func switching() {
        let processor = only()
        _ = run(processor, capture: Array(echo[..<48_000]), playback: Array(far[..<48_000]))
        processor.options = CaptureOptions(echoCancellation: true, noiseSuppression: false, autoGainControl: false)
        let heard = run(processor, capture: echo, playback: far)
        #expect(decibels(heard[192_000...], over: echo[192_000...]) < -15)
        processor.options = .none
        #expect(run(processor, capture: Array(near[..<48_000]), playback: nil) == Array(near[..<48_000]))
    }

    @Test("Samples that are no numbers, or far beyond full scale, do not break it")
    func hostile() {
        let processor = WebRTCCaptureProcessor()
        _ = run(processor, capture: [Float](repeating: 40, count: 4_800), playback: [Float](repeating: -40, count: 4_800))
        let heard = run(processor, capture: near, playback: [Float](repeating: 0, count: near.count))
        #expect(heard.allSatisfy { $0.isFinite })
        #expect(Speech.meanSquare(heard[192_000...]) > 0.1 * Speech.meanSquare(near[192_000...]))
    }
}
