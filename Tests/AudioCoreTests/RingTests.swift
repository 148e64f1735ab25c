import AudioCore
import Testing

@Suite struct RingTests {
    @Test("samples come out of a ring in order, across its seam, and no more than fit go in")
    func samples() {
        let ring = SampleRing(capacity: 8)
        var next: Float = 0
        var expected: Float = 0
        var target = [Float](repeating: -1, count: 5)
        for _ in 0..<20 {
            let source = (0..<5).map { next + Float($0) }
            let accepted = source.withUnsafeBufferPointer { ring.write($0) }
            next += Float(accepted)
            let count = target.withUnsafeMutableBufferPointer { ring.read(into: $0) }
            for index in 0..<count {
                #expect(target[index] == expected)
                expected += 1
            }
        }
        #expect(expected > 50)
        let overfull = [Float](repeating: 1, count: 20).withUnsafeBufferPointer { ring.write($0) }
        #expect(overfull == ring.capacity)
        #expect(ring.discard(100) == ring.capacity)
        #expect(ring.count == 0)
    }

    @Test("records keep header and bytes together and a full ring refuses one")
    func records() {
        let ring = RecordRing<UInt32>(capacity: 2, slotSize: 4)
        func write(_ header: UInt32, _ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { ring.write(header, bytes: $0) } }
        #expect(write(1, [1, 2, 3]))
        #expect(!write(9, [1, 2, 3, 4, 5]))
        #expect(write(2, []))
        #expect(!write(3, [7]))
        #expect(ring.read { ($0, Array($1)) }! == (1, [1, 2, 3]))
        #expect(write(3, [7]))
        #expect(ring.read { ($0, Array($1)) }! == (2, []))
        #expect(ring.read { ($0, Array($1)) }! == (3, [7]))
        #expect(ring.read { _, _ in true } == nil)
    }

    private final class Token: Sendable {}

    @Test("an object ring owns what waits in it and frees what nobody took")
    func objects() {
        weak var waiting: Token?
        do {
            let ring = ObjectRing<Token>(capacity: 1)
            let token = Token()
            waiting = token
            #expect(ring.write(.passRetained(token)))
            let refused = Unmanaged.passRetained(token)
            #expect(!ring.write(refused))
            refused.release()
        }
        #expect(waiting == nil)
    }

    @Test("a frame mixes, ramps and measures")
    func frames() {
        let frame = AudioFrame()
        let other = AudioFrame()
        for index in 0..<AudioFrame.sampleCount { other.samples[index] = 0.5 }
        frame.add(other, gain: 2)
        #expect(frame.meanSquare() == 1)
        frame.scale(from: 1, to: 0)
        #expect(frame.samples[0] < 1 && frame.samples[0] > 0.99)
        #expect(abs(frame.samples[AudioFrame.sampleCount - 1]) < 1e-4)
        frame.copy(from: other)
        #expect(frame.samples[7] == 0.5)
        frame.clear()
        #expect(frame.meanSquare() == 0)
    }
}
