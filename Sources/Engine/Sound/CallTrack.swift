import AudioDevices
import AudioPipeline

/// A page's local track: of a microphone or of a mix, or a clone of one. Shares what it is of with its clones; that ends with the last of them.
@NetworkLoop
final class CallTrack {
    enum Origin {
        case microphone(Capture)
        case mix(CallMix)
    }

    let origin: Origin
    /// What senders and playbacks use.
    let local: LocalTrack
    private let graph: GraphControl
    private(set) var isEnded = false

    private(set) var isEnabled = true
    /// Silent whatever the page wants.
    private(set) var isMuted = false

    /// - Parameter isMuted: whether the person at the device has muted microphones; mixes go on with what else is in them.
    init(_ origin: Origin, graph: GraphControl, isMuted: Bool) {
        self.origin = origin
        self.graph = graph
        switch origin {
        case .microphone(let capture):
            self.isMuted = isMuted
            local = LocalTrack(chain: capture.microphone.chain, isEnabled: !isMuted)
            capture.retain()
        case .mix(let mix):
            local = LocalTrack(mix: mix.mix)
            mix.retain()
        }
        graph.perform(.addTrack(local))
    }

    /// The microphone that it keeps open.
    var microphone: Microphone? { capture?.microphone }

    var capture: Capture? {
        if case .microphone(let capture) = origin { capture } else { nil }
    }

    /// Whether it has a microphone open now.
    var isCapturing: Bool { !isEnded && microphone != nil }

    var mix: CallMix? {
        if case .mix(let mix) = origin { mix } else { nil }
    }

    func setEnabled(_ isEnabled: Bool) {
        self.isEnabled = isEnabled
        graph.perform(.setTrackEnabled(local, isEnabled && !isMuted))
    }

    func setMuted(_ isMuted: Bool) {
        self.isMuted = isMuted
        graph.perform(.setTrackEnabled(local, isEnabled && !isMuted))
    }

    /// Ends the track: silent for good, and the microphone closes with its last track. Idempotent.
    func stop() {
        guard !isEnded else { return }
        isEnded = true
        graph.perform(.removeTrack(local))
        switch origin {
        case .microphone(let capture): capture.release()
        case .mix(let mix): mix.release()
        }
    }
}
