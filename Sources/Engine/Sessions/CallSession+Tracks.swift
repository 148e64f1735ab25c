import AudioDevices
import AudioProcessing
import CallProtocol

/// Microphones and the tracks made of them (mediacapture-main §10.2 `getUserMedia`).
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
                let capture = CallTrack.Capture(microphone: microphone, options: options, sound: sound)
                tracks[handle] = CallTrack(capture: capture, graph: sound.graph, isMuted: engine.isMutedByDevice)
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
        let clone = CallTrack(capture: original.capture, graph: engine.sound.graph, isMuted: engine.isMutedByDevice)
        // A clone of a track that has ended has ended (mediacapture-main §4.3.8 `clone`).
        if original.isEnded { clone.stop() }
        tracks[parameters.track] = clone
        return .done
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
