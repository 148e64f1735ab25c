import RTP
import Testing

@Suite("Audio level")
struct AudioLevelTests {
    @Test("Full square wave 0, full sine 3, a tenth of the amplitude 20 more, silence 127")
    func levels() {
        #expect(AudioLevel.level(meanSquare: 1) == 0)
        #expect(AudioLevel.level(meanSquare: 2) == 0)
        #expect(AudioLevel.level(meanSquare: 0.5) == 3)
        #expect(AudioLevel.level(meanSquare: 0.005) == 23)
        #expect(AudioLevel.level(meanSquare: 1e-6) == 60)
        #expect(AudioLevel.level(meanSquare: 1e-12) == 120)
        #expect(AudioLevel.level(meanSquare: 1e-13) == 127)
        #expect(AudioLevel.level(meanSquare: 0) == 127)
        #expect(AudioLevel.level(meanSquare: -1) == 127)
        #expect(AudioLevel.level(meanSquare: .nan) == 127)
        #expect(AudioLevel.level(meanSquare: .infinity) == 0)
    }

    @Test("Levels round to the nearest decibel")
    func rounding() {
        // −10·log₁₀: 10.4 and 10.6.
        #expect(AudioLevel.level(meanSquare: 0.091_201) == 10)
        #expect(AudioLevel.level(meanSquare: 0.087_096) == 11)
    }

    @Test("Samples are measured as their mean square")
    func samples() {
        let square = [Float](repeating: 0.1, count: 480)
        #expect(square.withUnsafeBufferPointer(AudioLevel.level(of:)) == 20)
        #expect([Float]().withUnsafeBufferPointer(AudioLevel.level(of:)) == 127)
    }

    @Test("The extension holds the voice bit and seven bits of level, and gives them back")
    func headerExtension() throws {
        let level = AudioLevel(decibelsBelowOverload: 42, hasVoice: true)
        let element = level.headerExtension(id: 3)
        #expect(element == HeaderExtension(id: 3, bytes: [0x80 | 42]))
        #expect(AudioLevel(parsing: element) == level)
        #expect(AudioLevel(parsing: HeaderExtension(id: 3, bytes: [42, 0])) == AudioLevel(decibelsBelowOverload: 42, hasVoice: false))
        #expect(AudioLevel(parsing: HeaderExtension(id: 3, bytes: [])) == nil)
    }
}
