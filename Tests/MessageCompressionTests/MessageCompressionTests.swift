import MessageCompression
import Testing

@Suite struct MessageCompressionTests {
    private func levels(_ number: Int) -> [UInt8] {
        Array(#"{"type":"event","seq":\#(number),"ack":12,"document":1,"event":"levels","tracks":{"1":0.0\#(number * 7919 % 997)},"receivers":[]}"#.utf8)
    }

    @Test("messages come out as they went in, in order, of any length")
    func roundTrip() throws {
        let deflater = MessageDeflater()
        let inflater = MessageInflater(longestMessage: 1 << 20)
        var random = SystemRandomNumberGenerator()
        for length in [0, 1, 2, 63, 64, 65, 16_383, 16_384, 16_385, 1 << 20] {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try inflater.inflate(deflater.deflate(noise)) == noise)
            let even = [UInt8](repeating: 0x20, count: length)
            #expect(try inflater.inflate(deflater.deflate(even)) == even)
        }
    }

    @Test("an event that resembles the last one costs a fraction of its bytes")
    func resemblance() throws {
        let deflater = MessageDeflater()
        let inflater = MessageInflater(longestMessage: 1 << 20)
        var plain = 0
        var deflated = 0
        for number in 1...200 {
            let message = levels(number)
            let bytes = deflater.deflate(message)
            #expect(try inflater.inflate(bytes) == message)
            plain += message.count
            deflated += bytes.count
        }
        #expect(deflated * 5 < plain)
    }

    @Test("a few bytes that stand for more than a message may have are refused")
    func bomb() {
        let bytes = MessageDeflater().deflate([UInt8](repeating: 0, count: 1 << 24))
        #expect(bytes.count < 1 << 16)
        #expect(throws: MessageInflater.Failure.tooLong) { try MessageInflater(longestMessage: 1 << 20).inflate(bytes) }
    }

    @Test("what is no DEFLATE is refused, and everything after it")
    func malformed() {
        let inflater = MessageInflater(longestMessage: 1 << 20)
        #expect(throws: MessageInflater.Failure.malformed) { try inflater.inflate([0x07]) }
        #expect(throws: MessageInflater.Failure.malformed) { try inflater.inflate(MessageDeflater().deflate([1, 2, 3])) }
    }

    @Test("a message of another stream is not taken for one of this")
    func anotherStream() throws {
        let deflater = MessageDeflater()
        _ = deflater.deflate(levels(1))
        let second = deflater.deflate(levels(2))
        #expect(throws: MessageInflater.Failure.self) { try MessageInflater(longestMessage: 1 << 20).inflate(second) }
    }
}
