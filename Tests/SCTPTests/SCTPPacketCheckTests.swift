import SCTP
import Testing

@Suite struct SCTPPacketCheckTests {
    static let header: [UInt8] = [0x13, 0x88, 0x13, 0x88, 1, 2, 3, 4, 0, 0, 0, 0]
    static let cookieAcknowledgement: [UInt8] = [11, 0, 0, 4]
    static let initiation: [UInt8] = [1, 0, 0, 20] + [UInt8](repeating: 1, count: 16)

    private func isPlausible(_ chunks: [UInt8]) -> Bool {
        SCTPPacketCheck.isPlausible(Self.header + chunks, sourcePort: 5000, destinationPort: 5000)
    }

    @Test func wholeChunksArePlausible() {
        #expect(isPlausible(Self.cookieAcknowledgement))
        #expect(isPlausible(Self.cookieAcknowledgement + [6, 0, 0, 4]))
        #expect(isPlausible(Self.initiation))
        #expect(isPlausible([0, 3, 0, 17] + [UInt8](repeating: 0, count: 13)))
    }

    @Test func aPacketWithoutChunksIsNot() { #expect(!isPlausible([])) }

    @Test func anotherPortIsNot() {
        #expect(!SCTPPacketCheck.isPlausible(Self.header + Self.cookieAcknowledgement, sourcePort: 5001, destinationPort: 5000))
    }

    @Test func aChunkLongerThanThePacketOrShorterThanItsKindIsNot() {
        #expect(!isPlausible([11, 0, 0, 8]))
        #expect(!isPlausible([11, 0, 0, 3]))
        #expect(!isPlausible([0, 3, 0, 16] + [UInt8](repeating: 0, count: 12)))
        #expect(!isPlausible([11, 0, 0]))
    }

    @Test(arguments: [UInt8(15), 128, 129, 193]) func aKindThatNoDataChannelNeedsIsNot(type: UInt8) {
        #expect(!isPlausible([type, 0, 0, 32] + [UInt8](repeating: 0, count: 28)))
    }

    @Test func anInitiationTravelsAloneAndWithWholeParameters() {
        #expect(!isPlausible(Self.initiation + Self.cookieAcknowledgement))
        #expect(!isPlausible(Self.cookieAcknowledgement + Self.initiation))
        #expect(!isPlausible([1, 0, 0, 24] + [UInt8](repeating: 1, count: 16) + [0x80, 0x08, 0, 9]))
        #expect(isPlausible([1, 0, 0, 24] + [UInt8](repeating: 1, count: 16) + [0xC0, 0x00, 0, 4]))
    }
}
