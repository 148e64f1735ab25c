import Primitives
import RTP
import Testing

/// libsrtp takes master keys, and the RFCs print what session keys do. So the reference here is checked by the RFCs, and libsrtp by the
/// reference.
@Suite("SRTP test vectors")
struct SRTPVectorTests {
    private static let masterKey = bytes("E1F97A0D3E018BE0D64FA32C06DE4139")
    private static let masterSalt = bytes("0EC675AD498AFEEBB6960B3AABE6")

    private static let gcmSalt = bytes("51756964 2070726f 2071756f")
    private static let gcmKey128 = (0..<16).map { UInt8($0) }
    private static let gcmKey256 = (0..<32).map { UInt8($0) }

    @Test("The reference derives the session keys of RFC 3711 B.3")
    func keyDerivation() {
        let derive = { (label: UInt8, count: Int) in
            ReferenceSRTP.derive(label: label, key: Self.masterKey, salt: Self.masterSalt, count: count)
        }
        #expect(derive(0, 16) == bytes("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(derive(2, 14) == bytes("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(
            derive(1, 94)
                == bytes(
                    """
                    CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098
                    6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2
                    """))
    }

    @Test("The reference makes the packets of RFC 7714 §16.1.1 and §16.2.1")
    func galoisRTP() {
        let packet = bytes(
            """
            8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573
            """)
        #expect(
            ReferenceSRTP.galoisSRTP(packet, rollover: 0, key: Self.gcmKey128, salt: Self.gcmSalt)
                == bytes(
                    """
                    8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf
                    8833899d 7f27beb1 6a9152cf 765ee439 0cce
                    """))
        #expect(
            ReferenceSRTP.galoisSRTP(packet, rollover: 0, key: Self.gcmKey256, salt: Self.gcmSalt)
                == bytes(
                    """
                    8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799
                    b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13
                    """))
    }

    @Test("The reference makes the packets of RFC 7714 §17.1 and §17.2")
    func galoisRTCP() {
        let packet = bytes(
            """
            81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef
            """)
        #expect(
            ReferenceSRTP.galoisSRTCP(packet, index: 0x5D4, key: Self.gcmKey128, salt: Self.gcmSalt)
                == bytes(
                    """
                    81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded
                    0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
                    """))
        #expect(
            ReferenceSRTP.galoisSRTCP(packet, index: 0x5D4, key: Self.gcmKey256, salt: Self.gcmSalt)
                == bytes(
                    """
                    81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047
                    6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4
                    """))
    }

    @Test("libsrtp protects as the reference does, with the master key of RFC 3711 B.3")
    func counterMode() throws {
        let session = try #require(
            SRTPSession(
                profile: .aes128CMSHA1_80, localKey: Self.masterKey, localSalt: Self.masterSalt, remoteKey: Self.masterKey,
                remoteSalt: Self.masterSalt))
        let derive = { (label: UInt8, count: Int) in
            ReferenceSRTP.derive(label: label, key: Self.masterKey, salt: Self.masterSalt, count: count)
        }
        var random = RandomSource(seed: 3711)
        // Across the wrap of the sequence number, so that the rollover counter takes part.
        for step in 0..<40 {
            let number = UInt16(truncatingIfNeeded: 65_516 + step)
            let packet = Self.packet(number: number, payload: random.bytes(Int.random(in: 0...400, using: &random)))
            let expected = ReferenceSRTP.counterModeSRTP(
                packet, rollover: step < 20 ? 0 : 1, key: derive(0, 16), salt: derive(2, 14), authenticationKey: derive(1, 20))
            #expect(session.protect(rtp: packet) == expected)
            #expect(session.unprotect(rtp: expected) == packet)
        }
        let report = RTCPCompound.bytes(of: [.receiverReport(ReceiverReport(ssrc: SSRC(0xCAFE_BABE)))]) + bytes("80cb0001 cafebabe")
        for index in UInt32(1)...3 {
            let expected = ReferenceSRTP.counterModeSRTCP(
                report, index: index, key: derive(3, 16), salt: derive(5, 14), authenticationKey: derive(4, 20))
            #expect(session.protect(rtcp: report) == expected)
            #expect(session.unprotect(rtcp: expected) == report)
        }
    }

    @Test("libsrtp protects as the reference does, with AES-GCM of either length", arguments: [SRTPProfile.aeadAES128GCM, .aeadAES256GCM])
    func galois(profile: SRTPProfile) throws {
        let key = Array((0..<32).map { UInt8($0) }.prefix(profile.keyByteCount))
        let salt = (0xA0..<0xAC).map { UInt8($0) }
        let session = try #require(SRTPSession(profile: profile, localKey: key, localSalt: salt, remoteKey: key, remoteSalt: salt))
        let derive = { (label: UInt8, count: Int) in ReferenceSRTP.derive(label: label, key: key, salt: salt, count: count) }
        var random = RandomSource(seed: 7714)
        for step in 0..<40 {
            let number = UInt16(truncatingIfNeeded: 65_516 + step)
            let packet = Self.packet(number: number, payload: random.bytes(Int.random(in: 0...400, using: &random)))
            let expected = ReferenceSRTP.galoisSRTP(
                packet, rollover: step < 20 ? 0 : 1, key: derive(0, key.count), salt: derive(2, 12))
            #expect(session.protect(rtp: packet) == expected)
            #expect(session.unprotect(rtp: expected) == packet)
        }
        let report = bytes("80c90001 cafebabe 80cb0001 cafebabe")
        for index in UInt32(1)...3 {
            let expected = ReferenceSRTP.galoisSRTCP(report, index: index, key: derive(3, key.count), salt: derive(5, 12))
            #expect(session.protect(rtcp: report) == expected)
            #expect(session.unprotect(rtcp: expected) == report)
        }
    }

    private static func packet(number: UInt16, payload: [UInt8]) -> [UInt8] {
        RTPPacket(
            payloadType: PayloadType(truncating: 111), sequenceNumber: SequenceNumber(number), timestamp: UInt32(number) &* 960,
            ssrc: SSRC(0xCAFE_BABE), payload: payload
        ).bytes
    }
}
