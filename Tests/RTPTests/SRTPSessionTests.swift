import Primitives
import RTP
import Testing

@Suite("SRTP session")
struct SRTPSessionTests {
    /// Two sessions whose keys mirror each other.
    private static func pair(_ profile: SRTPProfile) throws -> (SRTPSession, SRTPSession) {
        var random = RandomSource(seed: UInt64(profile.rawValue))
        let keys = (random.bytes(profile.keyByteCount), random.bytes(profile.keyByteCount))
        let salts = (random.bytes(profile.saltByteCount), random.bytes(profile.saltByteCount))
        return (
            try #require(
                SRTPSession(profile: profile, localKey: keys.0, localSalt: salts.0, remoteKey: keys.1, remoteSalt: salts.1)),
            try #require(
                SRTPSession(profile: profile, localKey: keys.1, localSalt: salts.1, remoteKey: keys.0, remoteSalt: salts.0))
        )
    }

    private static func packet(_ number: UInt16, ssrc: UInt32 = 1, extensions: [HeaderExtension] = []) -> [UInt8] {
        RTPPacket(
            payloadType: PayloadType(truncating: 111), sequenceNumber: SequenceNumber(number), timestamp: 0, ssrc: SSRC(ssrc),
            contributingSources: [SSRC(77)], extensions: extensions, payload: [UInt8](repeating: 42, count: 80)
        ).bytes
    }

    @Test("What one side protects the other opens, both ways, in each profile", arguments: SRTPProfile.allCases)
    func roundTrip(profile: SRTPProfile) throws {
        let (alice, bob) = try Self.pair(profile)
        for number in UInt16(0)..<200 {
            let packet = Self.packet(number, extensions: [HeaderExtension(id: 1, bytes: [0x85])])
            let protected = try #require(alice.protect(rtp: packet))
            #expect(protected.count == packet.count + (profile == .aes128CMSHA1_80 ? 10 : 16))
            #expect(bob.unprotect(rtp: protected) == packet)
            let back = try #require(bob.protect(rtp: packet))
            #expect(alice.unprotect(rtp: back) == packet)
        }
        let report = RTCPCompound.bytes(of: [.goodbye(Goodbye(sources: [SSRC(1), SSRC(2)], reason: "bye"))])
        let protected = try #require(alice.protect(rtcp: report))
        #expect(bob.unprotect(rtcp: protected) == report)
        #expect(alice.statistics.protectedCount == 201 && bob.statistics.unprotectedCount == 201)
    }

    @Test("A packet that comes again is a replay, also after a reordered one", arguments: SRTPProfile.allCases)
    func replay(profile: SRTPProfile) throws {
        let (alice, bob) = try Self.pair(profile)
        let first = try #require(alice.protect(rtp: Self.packet(1)))
        let second = try #require(alice.protect(rtp: Self.packet(2)))
        #expect(bob.unprotect(rtp: second) != nil)
        #expect(bob.unprotect(rtp: first) != nil)
        #expect(bob.unprotect(rtp: first) == nil)
        #expect(bob.unprotect(rtp: second) == nil)
        let report = try #require(alice.protect(rtcp: bytes("80c90001 00000001")))
        #expect(bob.unprotect(rtcp: report) != nil)
        #expect(bob.unprotect(rtcp: report) == nil)
        #expect(bob.statistics.replayCount == 3)
    }

    @Test("A packet nine hundred late is taken, one two thousand late is not")
    func window() throws {
        let (alice, bob) = try Self.pair(.aeadAES128GCM)
        let packets = try (UInt16(0)..<3000).map { try #require(alice.protect(rtp: Self.packet($0))) }
        #expect(bob.unprotect(rtp: packets[2999]) != nil)
        #expect(bob.unprotect(rtp: packets[2099]) != nil)
        #expect(bob.unprotect(rtp: packets[999]) == nil)
        #expect(bob.statistics.replayCount == 1)
    }

    @Test("A changed byte anywhere, or a missing one, is a failure that is counted", arguments: SRTPProfile.allCases)
    func tampering(profile: SRTPProfile) throws {
        let (alice, bob) = try Self.pair(profile)
        let protected = try #require(alice.protect(rtp: Self.packet(1)))
        var tried = 0
        for index in 2..<protected.count {
            var changed = protected
            changed[index] ^= 0x40
            #expect(bob.unprotect(rtp: changed) == nil)
            tried += 1
        }
        for count in 0..<protected.count {
            #expect(bob.unprotect(rtp: Array(protected[..<count])) == nil)
            tried += 1
        }
        #expect(bob.statistics.authenticationFailureCount + bob.statistics.malformedCount == tried)
        #expect(bob.statistics.authenticationFailureCount > 0)
        // And the true one is still welcome.
        #expect(bob.unprotect(rtp: protected) != nil)
    }

    @Test("A sequence number is not used twice with one key")
    func noRepetition() throws {
        let (alice, _) = try Self.pair(.aeadAES256GCM)
        #expect(alice.protect(rtp: Self.packet(9)) != nil)
        #expect(alice.protect(rtp: Self.packet(9)) == nil)
        #expect(alice.statistics.protectFailureCount == 1)
    }

    @Test("Random bytes of any length are turned away", arguments: SRTPProfile.allCases)
    func garbage(profile: SRTPProfile) throws {
        let (_, bob) = try Self.pair(profile)
        var random = RandomSource(seed: 5)
        for count in 0..<300 {
            var garbage = random.bytes(count)
            if !garbage.isEmpty { garbage[0] = garbage[0] & 0x3F | 0x80 }
            #expect(bob.unprotect(rtp: garbage) == nil)
            #expect(bob.unprotect(rtcp: garbage) == nil)
            _ = bob.protect(rtp: garbage)
            _ = bob.protect(rtcp: garbage)
        }
        #expect(bob.statistics.unprotectedCount == 0)
    }

    @Test("A peer may use 128 sources, and no more")
    func sources() throws {
        let (alice, bob) = try Self.pair(.aeadAES128GCM)
        for ssrc in UInt32(1)...128 {
            let packet = try #require(alice.protect(rtp: Self.packet(1, ssrc: ssrc)))
            #expect(bob.unprotect(rtp: packet) != nil)
        }
        let packet = try #require(alice.protect(rtp: Self.packet(1, ssrc: 129)))
        #expect(bob.unprotect(rtp: packet) == nil)
        let known = try #require(alice.protect(rtp: Self.packet(2, ssrc: 128)))
        #expect(bob.unprotect(rtp: known) != nil)
    }

    @Test("Keys of the wrong length make no session")
    func wrongLengths() {
        let key = [UInt8](repeating: 1, count: 16)
        let salt = [UInt8](repeating: 2, count: 12)
        #expect(SRTPSession(profile: .aeadAES128GCM, localKey: key, localSalt: salt, remoteKey: key, remoteSalt: salt + [0]) == nil)
        #expect(SRTPSession(profile: .aeadAES256GCM, localKey: key, localSalt: salt, remoteKey: key, remoteSalt: salt) == nil)
        #expect(SRTPSession(profile: .aes128CMSHA1_80, localKey: key, localSalt: salt, remoteKey: key, remoteSalt: salt) == nil)
    }
}
