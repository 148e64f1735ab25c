import SDP

/// What the page does to its transceivers between negotiations. None of it shows before the next description.
extension Negotiator {
    /// webrtc-pc §4.4.2.1 `addTransceiver`, and `addTrack` where it found none to use again.
    ///
    /// - Parameters:
    ///   - receiverTrackID: `receiver.track.id`, where the page has already given it one.
    package mutating func addTransceiver(
        _ handle: TransceiverHandle, kind: MediaKind, direction: MediaDirection = .sendrecv, sender: SenderSource = SenderSource(),
        byAddTrack: Bool = false, receiverTrackID: String? = nil
    ) throws(JSEPError) {
        try atomically { (self) throws(JSEPError) in
            guard self.transceiver(handle) == nil else {
                throw JSEPError(.operationError, "Transceiver \(handle.rawValue) exists already.")
            }
            self.append(
                handle, kind: kind, direction: direction, sender: sender, byAddTrack: byAddTrack, receiverTrackID: receiverTrackID)
        }
    }

    /// webrtc-pc §5.4 `direction`.
    package mutating func setDirection(_ direction: MediaDirection, of handle: TransceiverHandle) throws(JSEPError) {
        try change(handle) { $0.direction = direction }
    }

    /// webrtc-pc §5.2 `replaceTrack`; `addTrack` on a transceiver that exists; `removeTrack` with `nil`.
    package mutating func setSenderTrack(
        _ trackID: String?, of handle: TransceiverHandle, byAddTrack: Bool = false
    ) throws(JSEPError) {
        try change(handle) { transceiver in
            transceiver.senderTrackID = trackID
            if byAddTrack { transceiver.hasHadTrackAdded = true }
        }
    }

    /// webrtc-pc §5.2 `setStreams`.
    package mutating func setStreams(_ streams: [String], of handle: TransceiverHandle) throws(JSEPError) {
        try change(handle) { $0.senderStreams = streams.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    }

    /// webrtc-pc §5.4.1 `setCodecPreferences`; none means ours.
    package mutating func setCodecPreferences(_ preferences: [CodecPreference], of handle: TransceiverHandle) throws(JSEPError) {
        let prefix = "Failed to execute 'setCodecPreferences' on 'RTCRtpTransceiver': Invalid codec preferences: "
        try atomically { (self) throws(JSEPError) in
            let index = try self.index(of: handle)
            let capabilities = CodecCapability.all(of: self.transceivers[index].kind)
            var unique: [CodecPreference] = []
            for preference in preferences {
                guard capabilities.contains(where: { preference.names($0) }) else {
                    throw JSEPError(.invalidModificationError, prefix + "Missing codec from codec capabilities.")
                }
                if !unique.contains(preference) { unique.append(preference) }
            }
            guard unique.isEmpty || unique.contains(where: { !$0.names(.redundancy) }) else {
                throw JSEPError(.invalidModificationError, prefix + "codec list must have a non RTX, RED or FEC entry.")
            }
            self.transceivers[index].codecPreferences = unique
        }
    }

    /// webrtc-extensions §6 `setHeaderExtensionsToNegotiate`: those that are not stopped.
    package mutating func setHeaderExtensions(_ extensions: [String], of handle: TransceiverHandle) throws(JSEPError) {
        try change(handle) { $0.headerExtensions = extensions }
    }

    /// webrtc-pc §5.4 `stop`. One that was never negotiated is gone at once; stopping twice is fine.
    package mutating func stop(_ handle: TransceiverHandle) throws(JSEPError) {
        try atomically { (self) throws(JSEPError) in
            guard let index = self.transceivers.firstIndex(where: { $0.handle == handle }),
                self.transceivers[index].phase == .active
            else { return }
            self.transceivers[index].phase = .stopping
        }
    }

    /// webrtc-pc §6.1 `createDataChannel`: the next offer has a section for channels.
    package mutating func addData() throws(JSEPError) {
        try atomically { (self) throws(JSEPError) in self.data.isWanted = true }
    }

    /// webrtc-pc §4.4.2 `restartIce`: the next offer has new credentials.
    package mutating func restartICE() {
        guard !isClosed else { return }
        credentialsToReplace.formUnion(transports.entries.map(\.localICE))
    }

    // MARK: - Parts

    private mutating func change(
        _ handle: TransceiverHandle, _ body: (inout Transceiver) -> Void
    ) throws(JSEPError) {
        try atomically { (self) throws(JSEPError) in
            let index = try self.index(of: handle)
            guard self.transceivers[index].phase == .active else {
                throw JSEPError(.invalidStateError, "The transceiver is stopped.")
            }
            body(&self.transceivers[index])
        }
    }

    mutating func append(
        _ handle: TransceiverHandle, kind: MediaKind, direction: MediaDirection, sender: SenderSource, byAddTrack: Bool,
        receiverTrackID: String?
    ) {
        let identifiers = TransceiverIdentifiers(
            senderID: random.uuid(), receiverTrackID: receiverTrackID ?? random.uuid(), defaultStreamID: random.uuid(),
            // 0 would read as “none” in some implementations.
            ssrc: UInt32.random(in: 1...UInt32.max, using: &random))
        transceivers.append(
            Transceiver(
                handle: handle, kind: kind, direction: direction, sender: sender, identifiers: identifiers, byAddTrack: byAddTrack))
    }
}
