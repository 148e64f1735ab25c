/// What an SRTP session has let through and turned away.
package struct SRTPStatistics: Sendable, Hashable {
    /// Packets protected, RTP and RTCP.
    package var protectedCount = 0
    /// Packets authenticated and decrypted, RTP and RTCP.
    package var unprotectedCount = 0
    /// Packets that could not be protected.
    package var protectFailureCount = 0
    /// Packets that came before, or are older than the window reaches (RFC 3711 §3.3.2).
    package var replayCount = 0
    /// Packets whose authentication failed.
    package var authenticationFailureCount = 0
    /// Packets that are too short or malformed, or of one source too many.
    package var malformedCount = 0
}
