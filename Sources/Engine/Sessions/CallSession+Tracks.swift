import AudioDevices
import AudioPipeline
import AudioProcessing
import CallProtocol

/// Microphones, the tracks made of them (mediacapture-main §10.2 `getUserMedia`), and mixes of those.
extension CallSession {
    func openMicrophone(_ parameters: GetUserMedia, reply: ReplyPort) throws(ProtocolError) {
        try checkFree(parameters.track, in: tracks)
        guard opening.insert(parameters.track).inserted else {
            throw ProtocolError(.duplicateHandle, "track \(parameters.track) is being opened already")
        }
        let constraints = parameters.constraints ?? GetUserMedia.Constraints()
        let options = CaptureOptions(
            echoCancellation: constraints.echoCancellation ?? true, noiseSuppression: constraints.noiseSuppression ?? true,
            autoGainControl: constraints.autoGainControl ?? true)
        guard let gate = link?.microphoneGate else { return openMicrophone(parameters.track, constraints.deviceId, options, reply) }
        gate(origin) { [weak self] refusal in
            guard let self, !isClosed else { return reply.send(ProtocolError(.invalidState, "the document has been closed")) }
            guard let refusal else { return openMicrophone(parameters.track, constraints.deviceId, options, reply) }
            opening.remove(parameters.track)
            reply.send(refusal)
        }
    }

    private func openMicrophone(_ handle: TrackHandle, _ deviceID: String?, _ options: CaptureOptions, _ reply: ReplyPort) {
        let sound = engine.sound
        sound.openMicrophone(deviceID ?? AudioDevice.defaultID, options: options) { [weak self] result in
            switch result {
            case .success(let microphone):
                guard let self, !isClosed else {
                    sound.close(microphone)
                    return reply.send(ProtocolError(.invalidState, "the document has been closed"))
                }
                opening.remove(handle)
                let capture = Capture(microphone: microphone, options: options, sound: sound)
                tracks[handle] = CallTrack(.microphone(capture), graph: sound.graph, isMuted: engine.isMutedByDevice)
                engine.onMicrophones?()
                reply.send(UserMediaResult(microphone: microphone, options: options))
                if engine.isMutedByDevice { tell(.trackMuted(handle, true)) }
            case .failure(let error):
                self?.opening.remove(handle)
                reply.send(ProtocolError(openingMicrophone: error))
            }
        }
    }

    func cloneTrack(_ parameters: CloneTrack) throws(ProtocolError) -> Reply {
        try checkFree(parameters.track, in: tracks)
        let original = try track(parameters.from)
        let clone = CallTrack(original.origin, graph: engine.sound.graph, isMuted: engine.isMutedByDevice)
        // A clone of a track that has ended has ended (mediacapture-main §4.3.8 `clone`).
        if original.isEnded { clone.stop() }
        tracks[parameters.track] = clone
        return .done
    }

    func setMix(_ parameters: SetMix) throws(ProtocolError) -> Reply {
        guard parameters.inputs.count <= Self.handleLimit else {
            throw ProtocolError(.invalidParameter, "a mix has at most \(Self.handleLimit) inputs")
        }
        let known = tracks[parameters.track]
        if known == nil { try checkFree(parameters.track, in: tracks) }
        if let known, known.mix == nil { throw ProtocolError(.invalidState, "track \(parameters.track) is a microphone's") }
        for input in parameters.inputs {
            guard let hash = input.sound, known?.mix?.plays(hash, as: input.input) != true, sounds.samples(hash, of: origin) == nil else { continue }
            throw ProtocolError(.unknownHandle, "there is no sound \(hash.prefix(64))")
        }
        let mix = known?.mix ?? CallMix(graph: engine.sound.graph)
        if known == nil { tracks[parameters.track] = CallTrack(.mix(mix), graph: engine.sound.graph, isMuted: false) }
        mix.apply(parameters.inputs) { [self] in
            sounds.samples($0, of: origin)
        } source: { [self] input in
            soundSource(track: input.track, connection: input.connection, transceiver: input.transceiver)
        }
        return .done
    }

    /// A track of the document or a receiver; `nil` where it is no more.
    func soundSource(track: TrackHandle?, connection: ConnectionHandle?, transceiver: TransceiverID?) -> SoundSource? {
        if let track { return tracks[track].map { .track($0.local) } }
        guard let connection = connection.flatMap({ connections[$0] }), let transceiver else { return nil }
        return .receiver(connection.receiver(of: transceiver))
    }
}

extension UserMediaResult {
    init(microphone: Microphone, options: CaptureOptions) {
        self.init(
            label: microphone.device.label, deviceId: microphone.device.id, groupId: microphone.device.groupID,
            settings: Settings(
                latency: 0.01, echoCancellation: options.echoCancellation, noiseSuppression: options.noiseSuppression,
                autoGainControl: options.autoGainControl))
    }
}

extension ProtocolError {
    fileprivate init(openingMicrophone error: AudioDeviceError) {
        let code: Code =
            switch error.code {
            case .notFound: .microphoneNotFound
            case .notReadable, .stopped: .microphoneNotReadable
            case .notPermitted: .microphoneNotAllowed
            }
        self.init(code, error.reason)
    }
}
