import RTP
import Testing

@Suite struct RedundantPayloadTests {
    private let payload = RedundantPayload(
        repeats: [
            .init(payloadType: 111, timestampOffset: 1920, bytes: [1, 2, 3]), .init(payloadType: 111, timestampOffset: 960, bytes: [4]),
        ],
        primary: .init(payloadType: 111, timestampOffset: 0, bytes: [5, 6]))
    /// RFC 2198 §3: F and payload type, 14 bits of offset, 10 of length, oldest first; then the own header; then the blocks.
    private let bytes: [UInt8] = [0xEF, 0x1E, 0x00, 0x03, 0xEF, 0x0F, 0x00, 0x01, 0x6F, 1, 2, 3, 4, 5, 6]

    @Test("a payload is written as RFC 2198 draws it, and read back")
    func written() {
        #expect(payload.bytes == bytes)
        #expect(RedundantPayload(parsing: bytes) == payload)
    }

    @Test("a packet may repeat nothing") func own() {
        #expect(RedundantPayload(parsing: [0x6F, 9])?.repeats.isEmpty == true)
    }

    @Test("the largest offset and length survive")
    func largest() {
        let block = RedundantPayload.Block(
            payloadType: 0, timestampOffset: RedundantPayload.largestOffset, bytes: Array(repeating: 7, count: RedundantPayload.longestRepeat))
        let payload = RedundantPayload(repeats: [block], primary: .init(payloadType: 127, timestampOffset: 0, bytes: [1]))
        #expect(RedundantPayload(parsing: payload.bytes) == payload)
    }

    @Test("what is cut short, or has no frame of its own, is none")
    func damaged() {
        for count in 0..<bytes.count - 1 { #expect(RedundantPayload(parsing: Array(bytes[..<count])) == nil || count > 13, "\(count) bytes") }
        #expect(RedundantPayload(parsing: Array(bytes[..<13])) == nil)
        // Headers that never end.
        #expect(RedundantPayload(parsing: Array(repeating: 0x80, count: 1000)) == nil)
    }
}
