import SDP

/// What a description says of the transport of one of its sections.
///
/// A section in a bundle may leave it to another of the bundle (RFC 9143 §7.1.3), and any section to the session level.
struct RemoteTransportFacts: Sendable {
    let ice: ICEParameters?
    let fingerprints: [SDPFingerprint]
    let setup: SetupRole?
    let candidates: [String]
    let hasEndOfCandidates: Bool

    init(of index: Int, in session: SessionDescription) {
        var order = [index]
        if let mid = session.media[index].mid, let group = session.bundleGroups.first(where: { $0.mids.contains(mid) }) {
            order += group.mids.compactMap(session.index(ofMid:)).filter { $0 != index }
        }
        let iceIndex = order.first { session.iceUsernameFragment(at: $0) != nil && session.icePassword(at: $0) != nil }
        if let iceIndex, let fragment = session.iceUsernameFragment(at: iceIndex), let password = session.icePassword(at: iceIndex) {
            ice = ICEParameters(usernameFragment: fragment, password: password)
        } else {
            ice = nil
        }
        fingerprints = order.map { session.fingerprints(at: $0) }.first { !$0.isEmpty } ?? []
        setup = order.compactMap { session.setup(at: $0) }.first
        // The other sections' candidates lead to transports the bundle gives up, unless this section shows none of its own.
        let shown = order.first { !session.media[$0].candidates.isEmpty } ?? index
        candidates = session.media[shown].candidates
        hasEndOfCandidates = session.has("end-of-candidates") || session.media[shown].hasEndOfCandidates
    }
}
