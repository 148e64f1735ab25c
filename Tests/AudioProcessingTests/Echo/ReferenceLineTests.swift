import Foundation
import Testing

@testable import AudioProcessing

@Suite struct ReferenceLineTests {
    /// A tone of 1 kHz, as a function of the sample.
    private func tone(_ position: Double) -> Float { Float(sin(2 * Double.pi * position / 48)) }

    private func play(_ frames: Int, into line: ReferenceLine) {
        for frame in 0..<frames {
            let samples = (0..<480).map { tone(Double(frame * 480 + $0)) }
            line.insert(samples)
            line.advance()
        }
    }

    private func last(_ line: ReferenceLine) -> Float { line.block[EchoPathFilter.blockSize - 1] }

    @Test("Between two samples it reads what is there, to −60 dB")
    func fraction() {
        let line = ReferenceLine()
        line.nudge(by: 84.25)
        play(30, into: line)
        #expect(abs(last(line) - tone(Double(30 * 480 - 1) - line.delay)) < 1e-3)
    }

    @Test("A hair before a sample it reads that sample")
    func hair() {
        let line = ReferenceLine()
        line.nudge(by: 84 + 0x1p-30)
        play(30, into: line)
        #expect(abs(last(line) - tone(Double(30 * 480 - 101))) < 1e-3)
    }

    @Test("A rate makes the delay grow or shrink by its share of the time")
    func rate() {
        let line = ReferenceLine()
        line.nudge(by: 500)
        let before = line.delay
        line.rate = -1e-4
        play(100, into: line)
        #expect(abs(line.delay - before - 4.8) < 1e-6)
        #expect(abs(last(line) - tone(Double(100 * 480 - 1) - line.delay)) < 1e-3)
    }

    @Test("After a jump the whole block is that of the new delay")
    func jump() {
        let line = ReferenceLine()
        line.nudge(by: 500)
        play(60, into: line)
        #expect(line.jump(by: 333) == 333)
        for index in stride(from: 0, to: EchoPathFilter.blockSize, by: 97) {
            let position = Double(60 * 480 - 1) - line.delay - Double(EchoPathFilter.blockSize - 1 - index)
            #expect(abs(line.block[index] - tone(position)) < 1e-3)
        }
    }

    @Test("The delay stays where there is something to read")
    func bounds() {
        let line = ReferenceLine()
        line.nudge(by: -1e6)
        #expect(line.delay == Double(ReferenceLine.shortestDelay))
        #expect(line.jump(by: 1e9) == Double(ReferenceLine.longestDelay) - Double(ReferenceLine.shortestDelay))
    }
}
