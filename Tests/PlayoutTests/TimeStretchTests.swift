import Primitives
import SpeechFixtures
import Testing

@testable import Playout

@Suite struct TimeStretchTests {
    private static let anyVoice = TimeStretch.Tolerance(likeness: 0.85, quiet: 0)

    /// A queue with a past, in which these samples wait.
    private func queue(_ samples: [Float], past: Int = SampleQueue.pastCount) -> SampleQueue {
        let queue = SampleQueue(capacity: samples.count + 4_800)
        let room = queue.room(for: samples.count)
        for (index, sample) in samples.enumerated() { room[index] = sample }
        queue.didAppend(samples.count)
        queue.removeFirst(past)
        return queue
    }

    private func waiting(_ queue: SampleQueue) -> [Float] { (0..<queue.count).map { queue.front[$0] } }

    private func steepest(_ samples: [Float]) -> Float { zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max() ?? 0 }

    private func crossings(_ samples: [Float]) -> Int { zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 } }

    @Test("Leaving periods out of a voice, or repeating them, keeps its pitch, its loudness and its smoothness", arguments: [90.0, 125, 210, 330])
    func pitch(frequency: Double) {
        let samples = Speech.voice(frequency, 48_000)
        for shortens in [true, false] {
            let queue = queue(samples)
            var heard: [Float] = []
            var changed = 0
            while queue.count >= 2_400 {
                switch shortens ? TimeStretch.shorten(queue, Self.anyVoice) : TimeStretch.lengthen(queue, Self.anyVoice) {
                case .changed(let count):
                    changed += 1
                    let periods = Double(count) * frequency / 48_000
                    #expect(abs(periods - periods.rounded()) < 0.03 * periods, "\(count) samples are whole periods")
                case .wouldBeHeard: Issue.record("a voice that repeats itself can be changed")
                case .tooShort: Issue.record("there is enough")
                }
                heard += (0..<1_440).map { queue.front[$0] }
                queue.removeFirst(1_440)
            }
            #expect(changed > 20)
            #expect(steepest(heard) < 1.15 * steepest(samples))
            #expect(abs(Speech.meanSquare(heard) / Speech.meanSquare(samples) - 1) < 0.05)
            let pitch = Double(crossings(heard)) / Double(heard.count)
            let original = Double(crossings(samples)) / Double(samples.count)
            #expect(abs(pitch / original - 1) < 0.03)
        }
    }

    @Test("The queue is shorter, or longer, by what is told, and samples behind the change are as they were")
    func amount() throws {
        let samples = Speech.voice(150, 12_000)
        let shorter = queue(samples)
        let before = waiting(shorter)
        guard case .changed(let removed) = TimeStretch.shorten(shorter, Self.anyVoice) else { throw Failure() }
        #expect(shorter.count == before.count - removed)
        #expect(Array(waiting(shorter).suffix(before.count - 2 * removed)) == Array(before.suffix(before.count - 2 * removed)))
        let longer = queue(samples)
        guard case .changed(let added) = TimeStretch.lengthen(longer, Self.anyVoice) else { throw Failure() }
        #expect(longer.count == before.count + added)
        #expect(Array(waiting(longer).suffix(before.count)) == before)
    }

    private struct Failure: Error {}

    @Test("Noise as loud as a voice stays as it is; quiet may be changed")
    func noise() {
        var random = RandomSource(seed: 1)
        let samples = (0..<12_000).map { _ in Float(Int32(truncatingIfNeeded: random.next())) / 2_147_483_648 * 0.3 }
        #expect(TimeStretch.shorten(queue(samples), TimeStretch.Tolerance(likeness: 0.85, quiet: 1e-3)) == .wouldBeHeard)
        #expect(TimeStretch.lengthen(queue(samples), TimeStretch.Tolerance(likeness: 0.85, quiet: 1e-3)) == .wouldBeHeard)
        guard case .changed = TimeStretch.shorten(queue(samples.map { $0 * 0.05 }), TimeStretch.Tolerance(likeness: 2, quiet: 1e-3)) else {
            Issue.record("quiet is not heard")
            return
        }
    }

    @Test("No more is left out than is allowed, and a tick is always left")
    func bounds() {
        let samples = Speech.voice(200, 12_000)
        for most in [0, 100, 239, 240, 300, 500] {
            switch TimeStretch.shorten(queue(samples), TimeStretch.Tolerance(likeness: 0.5, quiet: 1, most: most)) {
            case .changed(let count): #expect(count <= most)
            case .tooShort: #expect(most < 240)
            case .wouldBeHeard: Issue.record("all may be changed")
            }
        }
        for count in stride(from: 0, through: 1_400, by: 40) {
            let queue = queue(Array(samples[..<(SampleQueue.pastCount + count)]))
            _ = TimeStretch.shorten(queue, TimeStretch.Tolerance(likeness: -1, quiet: 1))
            #expect(queue.count >= min(count, PlayoutDecision.tick))
        }
    }
}
