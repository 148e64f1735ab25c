import SDP

/// What a description has to be before it is applied, with the refusals of Chromium (RFC 9429 §5.7 to §5.11).
///
/// Where Chromium shrugs we shrug; where we are more tolerant it says so.
struct DescriptionValidator {
    let session: SessionDescription
    let type: DescriptionType
    let isLocal: Bool
    let configuration: NegotiatorConfiguration
    /// The session as it stands: the offer that an answer answers, or the description before this offer. `nil` at the beginning.
    let previous: SessionDescription?
    /// Sections refused by either side when last agreed: another may take their place.
    var recyclable: Set<Int> = []
    /// Sections of an agreed bundle; an answer cannot take them out of it.
    var establishedBundle: Set<String> = []

    func validate() throws(JSEPError) {
        try checkIdentifications()
        try checkSections()
        if type == .offer { try checkOrderAfterPrevious() } else { try checkOrderOfAnswer() }
        for (index, section) in session.media.enumerated() where !section.isRejected { try checkTransport(of: section, at: index) }
    }

    /// “local offer”, as in Chromium's sentences.
    private var subject: String { "\(isLocal ? "local" : "remote") \(type.rawValue)" }

    private func refuse(_ reason: String) -> JSEPError { JSEPError(.invalidAccessError, "Failed to set \(subject) sdp: \(reason)") }

    // MARK: - The whole

    private func checkIdentifications() throws(JSEPError) {
        var mids: Set<String> = []
        for section in session.media {
            guard let mid = section.mid else { throw refuse("A media section is missing a MID attribute.") }
            guard mids.insert(mid).inserted else { throw refuse("Duplicate a=mid value '\(mid)'.") }
        }
        var grouped: Set<String> = []
        for group in session.bundleGroups {
            for mid in group.mids {
                guard mids.contains(mid) else { throw refuse("A BUNDLE group contains a MID='\(mid)' matching no m= section.") }
                guard grouped.insert(mid).inserted else { throw refuse("A BUNDLE group contains a MID='\(mid)' that is already in one.") }
            }
        }
        if configuration.bundlePolicy == .maxBundle, type == .offer, session.bundleGroups.isEmpty, !session.media.isEmpty {
            throw refuse("max-bundle configured but session description has no BUNDLE group")
        }
        if type != .offer {
            for mid in session.media.compactMap(\.mid) where establishedBundle.contains(mid) && !grouped.contains(mid) {
                guard let index = session.index(ofMid: mid), !session.media[index].isRejected else { continue }
                throw refuse("Answer cannot remove m= section with mid='\(mid)' from already-established BUNDLE group.")
            }
        }
    }

    /// RFC 9429 §5.10: an answer has the sections of the offer, one for one.
    private func checkOrderOfAnswer() throws(JSEPError) {
        let mismatch = refuse("The order of m-lines in answer doesn't match order in offer. Rejecting answer.")
        guard let previous, previous.media.count == session.media.count else { throw mismatch }
        for (index, (offered, answered)) in zip(previous.media, session.media).enumerated() {
            guard offered.kind == answered.kind, offered.mid == answered.mid else { throw mismatch }
            guard !answered.isRejected, !offered.isRejected else { continue }
            // RFC 3264 §6.1: an answer takes from what was offered. Chromium names the offerer's side.
            let (offer, answer) = (previous.direction(at: index), session.direction(at: index))
            if answer.receives && !offer.sends { throw refuse("Incompatible send direction") }
            if answer.sends && !offer.receives { throw refuse("Incompatible receive direction") }
        }
        let offeredBundles = previous.bundleGroups
        for group in session.bundleGroups where !group.mids.isEmpty {
            // RFC 9143 §7.3: an answer takes sections out of a bundle, never in.
            guard offeredBundles.contains(where: { Set(group.mids).isSubset(of: $0.mids) }) else {
                throw refuse("A BUNDLE group in the answer contains a MID that was not in one BUNDLE group of the offer.")
            }
        }
    }

    /// RFC 9429 §5.2.2: sections stay where they are; only a refused one may become another.
    private func checkOrderAfterPrevious() throws(JSEPError) {
        guard let previous else { return }
        let mismatch = refuse("The order of m-lines in subsequent offer doesn't match order from previous offer/answer.")
        guard session.media.count >= previous.media.count else { throw mismatch }
        for (index, (before, now)) in zip(previous.media, session.media).enumerated() {
            guard before.mid == now.mid ? before.kind == now.kind : recyclable.contains(index) else { throw mismatch }
        }
    }

    // MARK: - Each section

    private func checkSections() throws(JSEPError) {
        let grouped = Set(session.bundleGroups.flatMap(\.mids))
        for section in session.media where !section.isRejected && section.transportProtocol.contains("RTP/") {
            guard let mid = section.mid else { continue }
            if section.multiplexesRTCP {
                try checkPayloadTypes(of: section, mid)
                continue
            }
            if grouped.contains(mid) { throw refuse("rtcp-mux must be enabled when BUNDLE is enabled.") }
            if configuration.rtcpMuxPolicy == .require {
                throw refuse("The m= section with mid='\(mid)' is invalid. RTCP-MUX is not enabled when it is required.")
            }
        }
    }

    /// RFC 5761 §4: where RTP and RTCP share a port, 64…95 would be taken for RTCP's types.
    private func checkPayloadTypes(of section: MediaDescription, _ mid: String) throws(JSEPError) {
        guard let taken = section.payloadTypes.first(where: { (64...95).contains($0) }) else { return }
        throw refuse("The m= section with mid='\(mid)' used an invalid payload type \(taken).")
    }

    private func checkTransport(of section: MediaDescription, at index: Int) throws(JSEPError) {
        let mid = section.mid ?? ""
        let facts = RemoteTransportFacts(of: index, in: session)
        if isLocal, let stranger = facts.fingerprints.first(where: { !configuration.fingerprints.contains($0) }) {
            // Media would not be ours: the one change Chromium refuses in a description of its own.
            throw JSEPError(
                .invalidModificationError,
                "The SDP does not match the previously generated SDP for this type: fingerprint \(stranger.text) is not ours")
        }
        guard !facts.fingerprints.isEmpty else { throw refuse("Called with SDP without DTLS fingerprint.") }
        guard facts.fingerprints.contains(where: \.isVerifiable) else {
            throw refuse("None of the fingerprints for m= section with mid='\(mid)' can be verified.")
        }
        guard let ice = facts.ice else { throw refuse("Called with SDP without ice-ufrag and ice-pwd.") }
        if let complaint = ice.complaint {
            throw refuse("Failed to apply the description for m= section with mid='\(mid)': Invalid ICE parameters: \(complaint)")
        }
        // RFC 8842 §5.3. An answer that says nothing is taken for active.
        if type != .offer, facts.setup == .actpass || facts.setup == .holdconn {
            throw refuse(
                "Failed to apply the description for m= section with mid='\(mid)': "
                    + "Answerer must use either active or passive value for setup attribute.")
        }
    }
}
