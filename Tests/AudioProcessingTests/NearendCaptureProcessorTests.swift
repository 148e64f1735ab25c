import AudioCore
import Foundation
import Primitives
import SpeechFixtures
import Testing

@testable import AudioProcessing

/// The processing of a microphone as the pipeline calls it, on real speech. The whole of its scores are Benchmarks/Echo's.
@Suite struct NearendCaptureProcessorTests {
    private let near: [Float]
    private let far: [Float]
    private static let noiseOnly = CaptureOptions(echoCancellation: false, noiseSuppression: true, autoGainControl: false)
    private static let echoOnly = CaptureOptions(echoCancellation: true, noiseSuppression: false, autoGainControl: false)

    init() throws {
        let speech = try Speech.samples()
        near = Array(speech[24_000..<264_000])
        far = Array(speech[672_000..<912_000])
    }

    /// The far end as it comes back from a room: 10 dB quieter, with two reflections.
    private func echo(delay: Int) -> [Float] {
        far.indices.map { index in
            func at(_ delay: Int) -> Float { index >= delay ? far[index - delay] : 0 }
            return 0.3 * at(delay) + 0.1 * at(delay + 900) - 0.06 * at(delay + 2_300)
        }
    }

    private func run(_ processor: NearendCaptureProcessor, capture: [Float], playback: [Float]?) -> [Float] {
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

    /// White, between minus and plus `amplitude`.
    private func noise(amplitude: Float, count: Int) -> [Float] {
        var random = RandomSource(seed: 2)
        return (0..<count).map { _ in amplitude * (Float(random.next() >> 40) / Float(1 << 23) - 1) }
    }

    private func decibels(_ left: some Collection<Float>, over right: some Collection<Float>) -> Float {
        10 * log10(max(Speech.meanSquare(left), 1e-12) / max(Speech.meanSquare(right), 1e-12))
    }

    @Test("The far end is not sent back: 25 dB less after two seconds, and the statistics say so")
    func echoIsReduced() throws {
        let processor = NearendCaptureProcessor(options: Self.echoOnly)
        let capture = echo(delay: 2_000)
        let heard = run(processor, capture: capture, playback: far)
        #expect(decibels(heard[96_000...], over: capture[96_000...]) < -25)
        let statistics = try #require(processor.echoStatistics)
        #expect(statistics.echoReturnLossEnhancement > 20)
        #expect(statistics.echoReturnLoss > 5 && statistics.echoReturnLoss < 15)
    }

    @Test("A delay of 300 ms is found")
    func longDelay() {
        let capture = echo(delay: 14_400)
        let heard = run(NearendCaptureProcessor(options: Self.echoOnly), capture: capture, playback: far)
        #expect(decibels(heard[120_000...], over: capture[120_000...]) < -20)
    }

    @Test("Where both talk, what is heard is the near end")
    func doubleTalk() {
        let capture = zip(echo(delay: 2_000), near.indices).map { $0 + ($1 < 96_000 ? 0 : near[$1]) }
        let heard = run(NearendCaptureProcessor(options: Self.echoOnly), capture: capture, playback: far)
        let found = Speech.likeness(near[120_000..<216_000], heard, lags: 470..<490)
        #expect(found.lag == 480)
        #expect(found.correlation > 0.95)
        #expect(abs(decibels(heard[120_000...], over: near[120_000...])) < 1.5)
    }

    @Test("A voice without an echo is kept as it is, whether the loudspeaker is silent or there is none", arguments: [true, false])
    func nearEndIsKept(hasPlayback: Bool) {
        let processor = NearendCaptureProcessor(options: Self.echoOnly)
        let heard = run(processor, capture: near, playback: hasPlayback ? [Float](repeating: 0, count: near.count) : nil)
        #expect(Speech.likeness(near[48_000..<216_000], heard, lags: 478..<483).correlation > 0.99)
        #expect(processor.echoStatistics == nil)
    }

    @Test("A headset gives back nothing of what is played; its own hiss stays a number", arguments: [0, 1e-6, 1e-5, 1e-4] as [Float])
    func headset(hiss: Float) {
        var random = RandomSource(seed: 7)
        let capture = far.indices.map { _ in hiss * (Float(random.next() >> 40) / Float(1 << 23) - 1) }
        let heard = run(NearendCaptureProcessor(options: Self.echoOnly), capture: capture, playback: far)
        #expect(heard.allSatisfy { $0.isFinite })
    }

    @Test("An offset is taken out within a tenth of a second")
    func offset() {
        let heard = run(NearendCaptureProcessor(), capture: [Float](repeating: 0.1, count: 48_000), playback: nil)
        #expect(Speech.meanSquare(heard[6_000...]) < 1e-6)
    }

    @Test("Where nobody asks for it the echo stays")
    func echoIsKept() {
        let capture = echo(delay: 2_000)
        let heard = run(NearendCaptureProcessor(options: Self.noiseOnly), capture: capture, playback: far)
        #expect(abs(decibels(heard[96_000...], over: capture[96_000...])) < 1)
    }

    @Test("Noise between the words is reduced by 12 dB, the words are kept; switched off, it stays")
    func noiseIsReduced() {
        // A second of it before anybody talks.
        let quiet = [Float](repeating: 0, count: 48_000)
        let said = quiet + near
        let noisy = zip(said, noise(amplitude: 0.01, count: said.count)).map(+)
        let on = run(NearendCaptureProcessor(options: Self.noiseOnly), capture: noisy, playback: nil)
        let off = run(NearendCaptureProcessor(options: Self.echoOnly), capture: noisy, playback: nil)
        #expect(decibels(on[24_000..<48_000], over: noisy[24_000..<48_000]) < -12)
        #expect(abs(decibels(off[24_000..<48_000], over: noisy[24_000..<48_000])) < 0.5)
        #expect(abs(decibels(on[96_000...], over: said[96_000...])) < 1)
    }

    @Test("A quiet voice is made louder where that is asked for, and only there")
    func quietVoice() {
        let quiet = near.map { $0 * 0.1 }
        let gainOnly = CaptureOptions(echoCancellation: false, noiseSuppression: false, autoGainControl: true)
        let on = run(NearendCaptureProcessor(options: gainOnly), capture: quiet, playback: nil)
        let off = run(NearendCaptureProcessor(options: Self.noiseOnly), capture: quiet, playback: nil)
        #expect(decibels(on[192_000...], over: quiet[192_000...]) > 3)
        #expect(abs(decibels(off[192_000...], over: quiet[192_000...])) < 1)
    }

    @Test("Stages may change while the call goes on")
    func switching() {
        let capture = echo(delay: 2_000)
        let processor = NearendCaptureProcessor(options: Self.noiseOnly)
        _ = run(processor, capture: Array(capture[..<48_000]), playback: Array(far[..<48_000]))
        processor.options = Self.echoOnly
        let heard = run(processor, capture: capture, playback: far)
        #expect(decibels(heard[144_000...], over: capture[144_000...]) < -20)
        processor.options = .none
        #expect(run(processor, capture: Array(near[..<48_000]), playback: nil) == Array(near[..<48_000]))
    }

    @Test("An echo that begins after a minute without one is taken out within two seconds")
    func lateEcho() {
        let processor = NearendCaptureProcessor(options: Self.echoOnly)
        // The agent's voice and the far end's, which is not heard.
        for _ in 0..<12 { _ = run(processor, capture: near, playback: far) }
        let capture = echo(delay: 2_000)
        let heard = run(processor, capture: capture, playback: far)
        #expect(decibels(heard[96_000...], over: capture[96_000...]) < -20)
    }

    @Test("With all stages off the samples are the microphone's, bit for bit")
    func none() { #expect(run(NearendCaptureProcessor(options: .none), capture: near, playback: far) == near) }

    @Test("Samples that are no numbers, or far beyond full scale, do not break it")
    func hostile() {
        let processor = NearendCaptureProcessor()
        for value in [Float.nan, .infinity, -.infinity, 1e30, 40] {
            _ = run(processor, capture: [Float](repeating: value, count: 960), playback: [Float](repeating: -value, count: 960))
        }
        let capture = echo(delay: 2_000)
        let heard = run(processor, capture: capture, playback: far)
        #expect(heard.allSatisfy { $0.isFinite })
        #expect(decibels(heard[144_000...], over: capture[144_000...]) < -20)
    }
}
