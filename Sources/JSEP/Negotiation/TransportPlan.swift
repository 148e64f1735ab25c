import SDP

/// One ICE agent with its DTLS association.
package struct TransportPlan: Sendable, Hashable {
    package enum DTLSRole: Sendable, Hashable {
        case client, server
    }

    package var id: TransportID
    /// The section whose address and candidates it has: the tagged one of its bundle (RFC 9143 §7.2).
    package var mid: String
    package var sectionIndex: Int
    /// All sections it carries.
    package var mids: [String]

    package var localICE: ICEParameters
    /// `nil` until offer and answer are there, and again while a restart of ours waits for its answer.
    package var remoteICE: ICEParameters?
    /// Counts our credentials. When it rises the agent restarts with `localICE` (RFC 8445 §9), while its present pair goes on; what
    /// the
    /// remote side said before is void, and `remoteICE` is to be given anew even where it reads the same.
    package var iceGeneration: Int
    /// Whether we take the controlling role where no conflict decides otherwise (RFC 8445 §6.1.1).
    package var isControlling: Bool
    package var isRemoteLite: Bool
    /// Values of `a=candidate` without `candidate:`, from the description and from `addIceCandidate`, for the credentials in
    /// `remoteICE`.
    package var remoteCandidates: [String]
    package var hasRemoteEndOfCandidates: Bool

    /// Any of them may match (RFC 8122 §5). Empty until the remote side is known.
    package var remoteFingerprints: [SDPFingerprint]
    /// `nil` until it is agreed. Before that we have offered both, so a ClientHello may come.
    package var dtlsRole: DTLSRole?
    /// Counts DTLS associations. When it rises, a new one is made: the remote certificate or the roles have changed (RFC 8842 §4).
    package var dtlsGeneration: Int
    /// Where it is false, RTCP has nowhere to go.
    package var multiplexesRTCP: Bool
}
