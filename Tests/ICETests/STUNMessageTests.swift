import Primitives
import Testing

@testable import ICE

@Suite struct STUNMessageTests {
    @Test("RFC 5769 §2.1: the sample request")
    func sampleRequest() throws {
        let message = try #require(STUNMessage(parsing: RFC5769.request))
        #expect(message.messageClass == .request)
        #expect(message.method == STUNMessage.binding)
        #expect(message.software == "STUN test client")
        #expect(message.priority == 0x6E00_01FF)
        #expect(message.iceControlled == 0x932F_F9B1_5126_3B36)
        #expect(message.iceControlling == nil)
        #expect(message.username == "evtj:h6vY")
        #expect(message.fingerprint == .valid)
        #expect(message.isAuthentic(key: RFC5769.key))
        #expect(!message.isAuthentic(key: RFC5769.key.dropLast()))
        #expect(message.uncomprehended == [])
    }

    @Test("RFC 5769 §2.2 and §2.3: the sample responses")
    func sampleResponses() throws {
        let v4 = try #require(STUNMessage(parsing: RFC5769.responseV4))
        let v6 = try #require(STUNMessage(parsing: RFC5769.responseV6))
        for message in [v4, v6] {
            #expect(message.messageClass == .successResponse)
            #expect(message.software == "test vector")
            #expect(message.fingerprint == .valid)
            #expect(message.isAuthentic(key: RFC5769.key))
        }
        #expect(v4.mappedAddress == .at("192.0.2.1", 32853))
        #expect(v6.mappedAddress == .at("2001:db8:1234:5678:11:2233:4455:6677", 32853))
    }

    @Test("RFC 5769 §2.4: the sample request with long-term authentication")
    func sampleLongTerm() throws {
        let message = try #require(STUNMessage(parsing: RFC5769.longTermRequest))
        #expect(message.username == "マトリックス")
        #expect(message.fingerprint == .absent)
        #expect(message.isAuthentic(key: RFC5769.longTermKey))
    }

    @Test("what is written, is parsed: every attribute, sealed and with a fingerprint")
    func roundTrip() throws {
        var random = RandomSource(seed: 1)
        let id = STUNTransactionID(random: &random)
        let attributes: [STUNAttribute] = [
            .username("a:b"), .priority(7), .useCandidate, .iceControlling(9), .xorMappedAddress(.at("2001:db8::7", 9), id),
            .errorCode(.roleConflict), .unknownAttributes([.init(rawValue: 0x7001), .init(rawValue: 0x7002)]), .software("x"),
        ]
        for messageClass in [STUNMessage.Class.request, .indication, .successResponse, .errorResponse] {
            for method: UInt16 in [0x001, 0x003, 0x00F, 0x010, 0x080, 0xFFF] {
                let written = STUNMessage(messageClass, method: method, transactionID: id, attributes: attributes)
                let message = try #require(STUNMessage(parsing: written.encoded(key: RFC5769.key)))
                #expect(message.messageClass == messageClass)
                #expect(message.method == method)
                #expect(message.transactionID == id)
                #expect(message.attributes == attributes)
                #expect(message.fingerprint == .valid)
                #expect(message.isAuthentic(key: RFC5769.key))
            }
        }
        let message = STUNMessage(.errorResponse, transactionID: id, attributes: attributes)
        #expect(message.errorCode == .roleConflict)
        #expect(message.usesCandidate)
        #expect(message.unknownAttributes.map(\.rawValue) == [0x7001, 0x7002])
        #expect(message.mappedAddress == .at("2001:db8::7", 9))
    }

    @Test("no truncation of any sample is a message", arguments: RFC5769.all)
    func truncations(sample: [UInt8]) {
        for length in 0..<sample.count {
            #expect(STUNMessage(parsing: Array(sample.prefix(length))) == nil)
        }
        #expect(STUNMessage(parsing: sample + [0]) == nil)
        #expect(STUNMessage(parsing: sample + [0, 0, 0, 0]) == nil)
    }

    @Test("a truncation whose header was made to fit is a message without authenticity, or none")
    func shortenedTruncations() {
        for length in stride(from: 20, to: RFC5769.request.count, by: 1) {
            var bytes = Array(RFC5769.request.prefix(length))
            bytes[2] = UInt8((length - 20) >> 8)
            bytes[3] = UInt8((length - 20) & 0xFF)
            let message = STUNMessage(parsing: bytes)
            if length % 4 != 0 { #expect(message == nil) }
            // Sealed is only what holds the whole MESSAGE-INTEGRITY, and then FINGERPRINT alone is missing.
            #expect(message?.isAuthentic(key: RFC5769.key) ?? false == (length == RFC5769.request.count - 8))
        }
    }

    @Test("one changed bit anywhere breaks the fingerprint, and the seal where it covers the bit")
    func flips() {
        for index in RFC5769.request.indices {
            for bit in 0..<8 {
                var bytes = RFC5769.request
                bytes[index] ^= 1 << UInt8(bit)
                guard let message = STUNMessage(parsing: bytes) else { continue }
                let hasValidFingerprint = message.fingerprint == .valid
                #expect(!hasValidFingerprint)
                // The last eight bytes are FINGERPRINT, which the seal does not cover.
                if index < RFC5769.request.count - 8 { #expect(!message.isAuthentic(key: RFC5769.key)) }
            }
        }
    }

    @Test("random bytes behind a valid header never crash, whatever is asked of them")
    func noise() {
        var random = RandomSource(seed: 7)
        var parsed = 0
        for _ in 0..<20_000 {
            var bytes = Array(RFC5769.request.prefix(20))
            let length = Int.random(in: 0...16, using: &random) * 4
            bytes[3] = UInt8(length)
            bytes[0] = UInt8.random(in: 0...0x3F, using: &random)
            for _ in 0..<length / 4 {
                // Small numbers are attribute types and lengths more often than large ones.
                bytes += [0, UInt8.random(in: 0...0x2A, using: &random), 0, UInt8.random(in: 0...12, using: &random)]
            }
            guard let message = STUNMessage(parsing: bytes) else { continue }
            parsed += 1
            _ = (message.mappedAddress, message.errorCode, message.unknownAttributes, message.uncomprehended)
            _ = (message.username, message.priority, message.usesCandidate, message.iceControlled, message.encoded())
        }
        #expect(parsed > 100)
    }

    @Test("attributes behind MESSAGE-INTEGRITY are ignored, behind FINGERPRINT they are an error")
    func attributesBehind() throws {
        var random = RandomSource(seed: 2)
        let id = STUNTransactionID(random: &random)
        var bytes = STUNMessage(.request, transactionID: id, attributes: [.username("a:b")])
            .encoded(key: RFC5769.key, addingFingerprint: false)
        bytes += [0x00, 0x25, 0, 0]  // USE-CANDIDATE
        bytes[3] += 4
        let message = try #require(STUNMessage(parsing: bytes))
        #expect(message.isAuthentic(key: RFC5769.key))
        #expect(!message.usesCandidate)

        var late = STUNMessage(.request, transactionID: id).encoded()
        late += [0x00, 0x25, 0, 0]
        late[3] += 4
        #expect(STUNMessage(parsing: late) == nil)
    }

    @Test("a duplicate attribute does not replace the first")
    func duplicates() {
        var random = RandomSource(seed: 3)
        let id = STUNTransactionID(random: &random)
        let message = STUNMessage(.request, transactionID: id, attributes: [.username("a:b"), .username("c:d")])
        #expect(message.username == "a:b")
    }

    @Test("addresses of an unknown family or a wrong length are no addresses")
    func addresses() {
        let cases: [[UInt8]] = [
            [], [0], [0, 1], [0, 1, 0, 0], [0, 1, 0, 0, 1, 2, 3], [0, 1, 0, 0, 1, 2, 3, 4, 5], [0, 2, 0, 0, 1, 2, 3, 4],
            [0, 3, 0, 0, 1, 2, 3, 4],
        ]
        for value in cases { #expect(STUNAddressCoding.parse(value, mask: .none) == nil) }
        #expect(STUNAddressCoding.parse([9, 1, 0, 80, 192, 0, 2, 1], mask: .none) == .at("192.0.2.1", 80))
    }

    @Test("a message of more than 64 attributes is refused")
    func manyAttributes() {
        var random = RandomSource(seed: 4)
        let id = STUNTransactionID(random: &random)
        for (count, isAccepted) in [(64, true), (65, false)] {
            let message = STUNMessage(.request, transactionID: id, attributes: Array(repeating: .useCandidate, count: count))
            let parsed = STUNMessage(parsing: message.encoded(addingFingerprint: false))
            #expect((parsed != nil) == isAccepted)
        }
    }

    @Test("CRC-32 of “123456789” is the published check value")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([UInt8]()) == 0)
    }
}
