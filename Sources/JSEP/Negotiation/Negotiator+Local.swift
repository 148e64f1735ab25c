import SDP

extension Negotiator {
    /// webrtc-pc §4.4.1.5 `setLocalDescription`.
    ///
    /// - Parameters:
    ///   - type: `nil` to do what the state asks for.
    ///   - sdp: what `createOffer` or `createAnswer` gave, perhaps changed by the page; empty or `nil` for the last of them.
    package mutating func setLocal(_ type: DescriptionType? = nil, sdp: String? = nil) throws(JSEPError) -> Changes {
        try atomically { (self) throws(JSEPError) in
            let type = type ?? self.impliedLocalType
            let text = sdp.flatMap { $0.isEmpty ? nil : $0 }
            switch type {
            case .rollback:
                return try self.rollBack("Failed to set local rollback sdp: ")
            case .offer:
                return try self.setLocalOffer(text)
            case .answer, .pranswer:
                return try self.setLocalAnswer(type, text)
            }
        }
    }

    private var impliedLocalType: DescriptionType {
        switch stage {
        case .stable, .localOffer, .remotePranswer: .offer
        case .remoteOffer, .localPranswer: .answer
        }
    }

    private mutating func setLocalOffer(_ text: String?) throws(JSEPError) -> Changes {
        let session: SessionDescription
        if let text {
            session = try Self.parse(text)
        } else if let lastOffer {
            session = lastOffer.session
        } else {
            try requireOfferState()
            let made = makeOffer(iceRestart: false)
            lastOffer = made
            session = made.session
        }
        // What is not ours at all is told from what merely comes at the wrong time.
        try validator(session, .offer, isLocal: true, previous: agreement?.local.session).validate()
        try requireOfferState()
        try Self.checkCodecs(of: session, subject: "local offer")
        if savepoint == nil {
            savepoint = Savepoint(
                transceivers: transceivers, dataMid: data.mid, transports: transports, weOfferedFirst: weOfferedFirst)
        }
        try associate(session)
        transports.apply(localOffer: session, policy: configuration.bundlePolicy)
        weOfferedFirst = weOfferedFirst ?? true
        stage = .localOffer(AppliedDescription(type: .offer, session: session))
        return Changes()
    }

    private func requireOfferState() throws(JSEPError) {
        switch stage {
        case .stable, .localOffer: return
        case .remoteOffer, .localPranswer, .remotePranswer:
            throw JSEPError(
                .invalidStateError, "Failed to set local offer sdp: Called in wrong state: \(signalingState.rawValue)")
        }
    }

    private mutating func setLocalAnswer(_ type: DescriptionType, _ text: String?) throws(JSEPError) -> Changes {
        let offer: AppliedDescription
        switch stage {
        case .remoteOffer(let remote), .localPranswer(let remote, _): offer = remote
        case .stable, .localOffer, .remotePranswer:
            // Without an offer to answer no answer of ours can exist; Chromium sees it that way round.
            let name: JSEPError.Name = lastAnswer == nil && text != nil ? .invalidModificationError : .invalidStateError
            throw JSEPError(name, "Failed to set local \(type.rawValue) sdp: Called in wrong state: \(signalingState.rawValue)")
        }
        let session: SessionDescription
        if let text {
            session = try Self.parse(text)
        } else if let lastAnswer {
            session = lastAnswer
        } else {
            session = try makeAnswer(to: offer.session)
        }
        try validator(session, type, isLocal: true, previous: offer.session).validate()
        try Self.checkCodecs(of: session, subject: "local \(type.rawValue)")
        let answer = AppliedDescription(type: type, session: session)
        if type == .pranswer {
            stage = .localPranswer(offer: offer, answer: answer)
        }
        return agree(local: answer, remote: offer, answerIsLocal: true, isFinal: type == .answer)
    }

    // MARK: - Parts

    /// Chromium refuses a local description with a codec it does not have.
    private static func checkCodecs(of session: SessionDescription, subject: String) throws(JSEPError) {
        for section in session.media where section.kind == MediaKind.audio.rawValue && !section.isRejected {
            let isKnown = { (map: RTPMap) in CodecCapability.all(of: .audio).contains { $0.isMeant(by: map) } }
            for map in section.rtpMaps where section.payloadTypes.contains(map.payloadType) && !isKnown(map) {
                throw JSEPError(
                    .operationError,
                    "Failed to set \(subject) sdp: Failed to set local audio description recv parameters for m-section with "
                        + "mid='\(section.mid ?? "")': \(map.value) is not a codec of ours.")
            }
        }
    }

    /// Gives each transceiver the section it has in a local offer (RFC 9429 §5.9). The page may have renamed sections.
    private mutating func associate(_ offer: SessionDescription) throws(JSEPError) {
        // An offer set before this one may have given sections away; only those of the agreement stand.
        for index in transceivers.indices {
            let saved = savepoint?.associations[transceivers[index].handle]
            transceivers[index].mid = saved?.mid
            transceivers[index].sectionIndex = saved?.sectionIndex
        }
        data.mid = savepoint?.dataMid
        for (sectionIndex, section) in offer.media.enumerated() {
            if section.carriesDataChannels, !section.isRejected { data.mid = data.mid ?? section.mid }
            guard let mid = section.mid, let kind = MediaKind(rawValue: section.kind), !section.isRejected else { continue }
            let owners = lastOffer?.owners ?? []
            let owner = sectionIndex < owners.count ? owners[sectionIndex] : nil
            let found =
                transceivers.firstIndex { $0.mid == mid }
                ?? transceivers.firstIndex { $0.mid == nil && $0.kind == kind && $0.handle == owner?.transceiver }
                ?? transceivers.firstIndex { $0.mid == nil && $0.kind == kind && $0.phase == .active }
            guard let found else {
                throw JSEPError(
                    .invalidAccessError, "Failed to set local offer sdp: No transceiver for the m= section with mid='\(mid)'.")
            }
            transceivers[found].mid = mid
            transceivers[found].sectionIndex = sectionIndex
        }
    }
}
