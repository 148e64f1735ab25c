import SDP

extension Negotiator {
    /// RFC 8445 §6.1.2.5 has an agent check a hundred pairs; no honest peer has more candidates than this.
    private static let maximumRemoteCandidates = 256

    /// webrtc-pc §4.4.2 `addIceCandidate`; `nil`, or one with an empty `candidate`, is the end of candidates.
    package mutating func addRemoteCandidate(_ candidate: RemoteCandidate?) throws(JSEPError) {
        try atomically { (self) throws(JSEPError) in
            guard let remote = self.pendingRemote ?? self.agreement?.remote else {
                throw JSEPError(.invalidStateError, "The remote description was null")
            }
            let candidate = candidate ?? RemoteCandidate(candidate: "")
            let text = candidate.candidate
            let isEnd = text.isEmpty
            if !isEnd, candidate.sdpMid == nil, candidate.sdpMLineIndex == nil {
                throw JSEPError(.typeError, "Candidate missing values for both sdpMid and sdpMLineIndex")
            }
            guard isEnd || CandidateSummary(parsing: text) != nil else {
                throw JSEPError(.operationError, "Error processing ICE candidate: “\(text)” is not a candidate")
            }
            let named = try Self.section(named: candidate, in: remote.session)
            guard isEnd || remote.session.media.allSatisfy({ $0.candidates.count < Self.maximumRemoteCandidates }) else {
                throw JSEPError(.operationError, "Error processing ICE candidate: there are \(Self.maximumRemoteCandidates) already")
            }
            try self.checkUsernameFragment(candidate, section: named)
            let line = isEnd ? SDPAttribute("end-of-candidates") : SDPAttribute("candidate", CandidateSummary.attributeValue(of: text))
            for index in remote.session.media.indices where named == nil || named == index {
                self.changeRemote(at: index, isFor: candidate.usernameFragment) { section in
                    // Repeated ones are told once.
                    guard !section.isRejected, !section.attributes.contains(line) else { return }
                    section.attributes.append(line)
                }
            }
        }
    }

    /// A candidate the agent of that transport has found for `usernameFragment`. It is written into the descriptions it belongs to.
    ///
    /// - Returns: what to tell the page; `nil` where the transport is gone or has restarted meanwhile.
    package mutating func addLocalCandidate(
        _ candidate: String, transport id: TransportID, usernameFragment: String
    ) -> LocalCandidate? {
        guard !isClosed, let entry = transports.entries.first(where: { $0.id == id }),
            entry.localICE.usernameFragment == usernameFragment,
            let section = (pendingLocal ?? agreement?.local)?.session.index(ofMid: entry.mid)
        else { return nil }
        let value = CandidateSummary.attributeValue(of: candidate)
        guard !entry.localCandidates.contains(value) else { return nil }
        transports.change(id) { $0.localCandidates.append(value) }
        // A savepoint keeps its own table, and takes the candidates over when it is restored.
        changeLocal(mid: entry.mid, usernameFragment: usernameFragment) { $0.addLocalCandidate(value) }
        return LocalCandidate(
            candidate: "candidate:\(value)", sdpMid: entry.mid, sdpMLineIndex: section, usernameFragment: usernameFragment)
    }

    /// The agent of that transport has no more candidates for `usernameFragment`.
    ///
    /// Nothing is written for it: RFC 8840 §8.2 would have `a=end-of-candidates`, Chromium's descriptions do not, and pages
    /// compare.
    package mutating func localGatheringCompleted(transport id: TransportID, usernameFragment: String) {
        transports.change(id) { entry in
            if entry.localICE.usernameFragment == usernameFragment { entry.isGatheringComplete = true }
        }
    }

    /// Whether every transport of the plan has all its candidates; `false` where there is none.
    package var isLocalGatheringComplete: Bool {
        !mediaPlan.transports.isEmpty
            && mediaPlan.transports.allSatisfy { plan in
                transports.entries.first { $0.id == plan.id }?.isGatheringComplete ?? false
            }
    }

    // MARK: - Parts

    /// Which section a candidate names: by identification where it has one, else by index; `nil` where it names none.
    private static func section(named candidate: RemoteCandidate, in session: SessionDescription) throws(JSEPError) -> Int? {
        if let mid = candidate.sdpMid {
            guard let index = session.index(ofMid: mid) else {
                throw JSEPError(.operationError, "Error processing ICE candidate: no section has the mid '\(mid)'")
            }
            return index
        }
        if let index = candidate.sdpMLineIndex {
            guard session.media.indices.contains(index) else {
                throw JSEPError(.operationError, "Error processing ICE candidate: there is no section \(index)")
            }
            return index
        }
        return nil
    }

    /// webrtc-pc §4.4.2 `addIceCandidate` step 4.5: credentials that no description in force has are a mistake.
    private func checkUsernameFragment(_ candidate: RemoteCandidate, section: Int?) throws(JSEPError) {
        guard let fragment = candidate.usernameFragment else { return }
        for session in [pendingRemote?.session, agreement?.remote.session].compactMap({ $0 }) {
            for index in session.media.indices where section == nil || section == index {
                if RemoteTransportFacts(of: index, in: session).ice?.usernameFragment == fragment { return }
            }
        }
        throw JSEPError(.operationError, "Error processing ICE candidate: no description has the ufrag '\(fragment)'")
    }

    /// Changes a section of the remote descriptions, pending and agreed; with a fragment, of those that have it.
    private mutating func changeRemote(at index: Int, isFor fragment: String?, _ change: (inout MediaDescription) -> Void) {
        func belongs(_ description: AppliedDescription) -> Bool {
            guard description.session.media.indices.contains(index) else { return false }
            guard let fragment else { return true }
            return RemoteTransportFacts(of: index, in: description.session).ice?.usernameFragment == fragment
        }
        switch stage {
        case .remoteOffer(var offer) where belongs(offer):
            offer.changeSection(at: index, change)
            stage = .remoteOffer(offer)
        case .localPranswer(var offer, let answer) where belongs(offer):
            offer.changeSection(at: index, change)
            stage = .localPranswer(offer: offer, answer: answer)
        case .remotePranswer(let offer, var answer) where belongs(answer):
            answer.changeSection(at: index, change)
            stage = .remotePranswer(offer: offer, answer: answer)
        case .stable, .localOffer, .remoteOffer, .localPranswer, .remotePranswer:
            // Without a fragment it is for what is newest (webrtc-pc §4.4.2); pending ones were served above.
            guard var current = agreement?.remote, belongs(current), fragment != nil || pendingRemote == nil else { return }
            current.changeSection(at: index, change)
            agreement?.remote = current
        }
    }

    /// Changes the section of that identification in the local descriptions that show those credentials.
    private mutating func changeLocal(mid: String, usernameFragment: String, _ change: (inout MediaDescription) -> Void) {
        func apply(to description: inout AppliedDescription) {
            guard let index = description.session.index(ofMid: mid),
                RemoteTransportFacts(of: index, in: description.session).ice?.usernameFragment == usernameFragment
            else { return }
            description.changeSection(at: index, change)
        }
        if var agreed = agreement {
            apply(to: &agreed.local)
            agreement = agreed
        }
        switch stage {
        case .localOffer(var offer):
            apply(to: &offer)
            stage = .localOffer(offer)
        case .remotePranswer(var offer, let answer):
            apply(to: &offer)
            stage = .remotePranswer(offer: offer, answer: answer)
        case .localPranswer(let offer, var answer):
            apply(to: &answer)
            stage = .localPranswer(offer: offer, answer: answer)
        case .stable, .remoteOffer: break
        }
    }
}
