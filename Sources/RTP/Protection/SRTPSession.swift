import CSRTP

/// Protects what we send and opens what the peer sent (RFC 3711, RFC 7714), with libsrtp.
///
/// A class with one owner, since the state is libsrtp's, one context for each direction. libsrtp allocates while it works, so this stays
/// off the audio thread; our own part costs one array a packet.
package final class SRTPSession {
    /// Packets by which one may be late and still be told from a replay.
    ///
    /// RFC 3711 §3.3.2 asks for at least 64; at fifty packets a second that is little more than a second, and Wi-Fi that roams exceeds it.
    private static let windowPacketCount: UInt = 1024
    /// Sources that a peer may use. libsrtp keeps keys for each for ever, so that endless sources would be endless memory.
    private static let sourceLimit = 128
    /// Bytes that protection may add: the longest tag, the index of SRTCP and a master key identifier, as libsrtp counts them.
    private static let longestTrailer = Int(SRTP_MAX_TRAILER_LEN) + 4
    /// The fixed header of RTP (RFC 3550 §5.1), and that of RTCP with the sender's SSRC, which SRTCP leaves in the clear (RFC 3711 §3.4).
    private static let shortestRTP = 12
    private static let shortestRTCP = 8

    package let profile: SRTPProfile
    package private(set) var statistics = SRTPStatistics()
    /// `srtp_t`. Owned.
    private let outbound: srtp_t
    /// `srtp_t`. Owned.
    private let inbound: srtp_t
    /// The sources whose packets were authentic.
    private var knownSources: Set<SSRC> = []

    /// `nil` where keys or salts have not the profile's lengths, or libsrtp refuses them.
    package init?(profile: SRTPProfile, localKey: [UInt8], localSalt: [UInt8], remoteKey: [UInt8], remoteSalt: [UInt8]) {
        let lengths = (profile.keyByteCount, profile.saltByteCount)
        guard SRTPLibrary.isReady, (localKey.count, localSalt.count) == lengths, (remoteKey.count, remoteSalt.count) == lengths,
            let outbound = Self.makeContext(ssrc_any_outbound, profile: profile, keyAndSalt: localKey + localSalt)
        else { return nil }
        guard let inbound = Self.makeContext(ssrc_any_inbound, profile: profile, keyAndSalt: remoteKey + remoteSalt) else {
            srtp_dealloc(outbound)
            return nil
        }
        self.profile = profile
        self.outbound = outbound
        self.inbound = inbound
    }

    deinit {
        srtp_dealloc(outbound)
        srtp_dealloc(inbound)
    }

    /// The packet as it goes on the wire; `nil` where it is malformed, or its sequence number was used before with this source.
    package func protect(rtp packet: [UInt8]) -> [UInt8]? {
        protect(packet, shortest: Self.shortestRTP) { srtp_protect(outbound, $0, $1) }
    }

    /// The compound packet as it goes on the wire; `nil` where it is malformed.
    package func protect(rtcp packet: [UInt8]) -> [UInt8]? {
        protect(packet, shortest: Self.shortestRTCP) { srtp_protect_rtcp(outbound, $0, $1) }
    }

    /// The packet in the clear; `nil`, and counted, where it is not authentic or came before.
    package func unprotect(rtp packet: [UInt8]) -> [UInt8]? {
        unprotect(packet, shortest: Self.shortestRTP, sourceAt: 8) { srtp_unprotect(inbound, $0, $1) }
    }

    /// The compound packet in the clear; `nil`, and counted, where it is not authentic or came before.
    package func unprotect(rtcp packet: [UInt8]) -> [UInt8]? {
        unprotect(packet, shortest: Self.shortestRTCP, sourceAt: 4) { srtp_unprotect_rtcp(inbound, $0, $1) }
    }

    // MARK: Private parts

    private func protect(
        _ packet: [UInt8], shortest: Int, with work: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) -> [UInt8]? {
        guard packet.count >= shortest, packet.count <= Int(UInt16.max) else {
            statistics.protectFailureCount += 1
            return nil
        }
        let result = transform(packet, room: packet.count + Self.longestTrailer, with: work)
        if result.status == srtp_err_status_ok {
            statistics.protectedCount += 1
            return result.bytes
        }
        statistics.protectFailureCount += 1
        return nil
    }

    private func unprotect(
        _ packet: [UInt8], shortest: Int, sourceAt: Int,
        with work: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) -> [UInt8]? {
        guard packet.count >= shortest, packet.count <= Int(UInt16.max) else {
            statistics.malformedCount += 1
            return nil
        }
        let source = SSRC(packet[sourceAt..<sourceAt + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        let isKnown = knownSources.contains(source)
        guard isKnown || knownSources.count < Self.sourceLimit else {
            statistics.malformedCount += 1
            return nil
        }
        let result = transform(packet, room: packet.count, with: work)
        switch result.status {
        case srtp_err_status_ok:
            statistics.unprotectedCount += 1
            if !isKnown { knownSources.insert(source) }
            return result.bytes
        case srtp_err_status_replay_fail, srtp_err_status_replay_old:
            statistics.replayCount += 1
        case srtp_err_status_auth_fail:
            statistics.authenticationFailureCount += 1
        default:
            statistics.malformedCount += 1
        }
        return nil
    }

    /// A copy of `packet` with `room` bytes, on which libsrtp works in place. A failed one is not given out: GCM leaves garbage in it.
    private func transform(
        _ packet: [UInt8], room: Int, with work: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) -> (status: srtp_err_status_t, bytes: [UInt8]) {
        var status = srtp_err_status_fail
        // The storage of an array is aligned to sixteen bytes; libsrtp wants four.
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            packet.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: start, count: room).copyMemory(from: $0) }
            var length = Int32(packet.count)
            status = work(start, &length)
            initializedCount = status == srtp_err_status_ok ? Int(length) : 0
        }
        return (status, bytes)
    }

    private static func makeContext(_ direction: srtp_ssrc_type_t, profile: SRTPProfile, keyAndSalt: [UInt8]) -> srtp_t? {
        var policy = srtp_policy_t()
        guard srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, profile.libraryProfile) == srtp_err_status_ok,
            srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, profile.libraryProfile) == srtp_err_status_ok
        else { return nil }
        policy.ssrc.type = direction
        policy.window_size = windowPacketCount
        // The same packet twice under one key gives both away with GCM (RFC 7714 §8.4); resending is not ours to do.
        policy.allow_repeat_tx = 0
        var keyAndSalt = keyAndSalt
        var context: srtp_t?
        let status = keyAndSalt.withUnsafeMutableBufferPointer { key in
            policy.key = key.baseAddress
            return srtp_create(&context, &policy)
        }
        return status == srtp_err_status_ok ? context : nil
    }
}

extension SRTPProfile {
    /// libsrtp's number for the profile.
    fileprivate var libraryProfile: srtp_profile_t {
        switch self {
        case .aes128CMSHA1_80: srtp_profile_aes128_cm_sha1_80
        case .aeadAES128GCM: srtp_profile_aead_aes_128_gcm
        case .aeadAES256GCM: srtp_profile_aead_aes_256_gcm
        }
    }
}
