import SCTP
import Testing

@Suite struct EstablishmentMessageTests {
    static let open: [UInt8] = [
        0x03, 0x81, 0x01, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x04, 0x00, 0x02, 0x63, 0x68, 0x61, 0x74, 0x70, 0x31,
    ]

    @Test func anOpeningIsReadAndWrittenAlike() {
        let expected = EstablishmentMessage.open(
            DataChannelParameters(label: "chat", subprotocol: "p1", isOrdered: false, reliability: .retransmissions(5)), priority: 256)
        #expect(EstablishmentMessage(parsing: Self.open) == expected)
        #expect(expected.bytes == Self.open)
    }

    @Test(arguments: 0..<18) func oneCutShortIsNone(count: Int) {
        #expect(EstablishmentMessage(parsing: Array(Self.open.prefix(count))) == nil)
    }

    @Test func oneByteMoreIsNone() { #expect(EstablishmentMessage(parsing: Self.open + [0]) == nil) }

    @Test func anAcknowledgementIsOneByte() {
        #expect(EstablishmentMessage(parsing: [0x02]) == .acknowledgement)
        #expect(EstablishmentMessage.acknowledgement.bytes == [0x02])
    }

    @Test(arguments: [UInt8(0x00), 0x01, 0x02, 0x80, 0x81, 0x82]) func allTypesOfTheRegistryAreKnown(type: UInt8) {
        var bytes = Self.open
        bytes[1] = type
        guard case .open(let parameters, _)? = EstablishmentMessage(parsing: bytes) else {
            Issue.record("not read")
            return
        }
        #expect(parameters.isOrdered == (type < 0x80))
        let expected: SCTPMessage.Reliability =
            switch type & 0x7F {
            case 0: .reliable
            case 1: .retransmissions(5)
            default: .lifetime(milliseconds: 5)
            }
        #expect(parameters.reliability == expected)
    }

    @Test func anUnknownTypeOrALabelThatIsNoTextIsNone() {
        var bytes = Self.open
        bytes[1] = 0x03
        #expect(EstablishmentMessage(parsing: bytes) == nil)
        bytes = Self.open
        bytes[12] = 0xFF
        #expect(EstablishmentMessage(parsing: bytes) == nil)
    }

    @Test func aLimitBeyondSixteenBitsSaturates() {
        var bytes = Self.open
        bytes[4] = 1
        guard case .open(let parameters, _)? = EstablishmentMessage(parsing: bytes) else {
            Issue.record("not read")
            return
        }
        #expect(parameters.reliability == .retransmissions(.max))
    }
}
