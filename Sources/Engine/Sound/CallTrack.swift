import AudioDevices
import AudioPipeline
import AudioProcessing

/// A page's microphone track, or a clone of one: shares the opened microphone with its clones, which closes with the last of them.
@NetworkLoop
final class CallTrack {
    /// The opened microphone, given back when the last track on it is gone.
    @NetworkLoop
    final class Capture {
        let microphone: Microphone
        /// As it was opened.
        let options: CaptureOptions
        private let sound: Sound
        private var users = 0

        init(microphone: Microphone, options: CaptureOptions, sound: Sound) {
            self.microphone = microphone
            self.options = options
            self.sound = sound
        }

        fileprivate func retain() { users += 1 }

        fileprivate func release() {
            users -= 1
            if users == 0 { sound.close(microphone) }
        }
    }

    let capture: Capture
    /// What senders and playbacks use.
    let local: LocalTrack
    private let graph: GraphControl
    private(set) var isEnded = false

    private(set) var isEnabled = true
    /// Silent whatever the page wants.
    private(set) var isMuted: Bool

    init(capture: Capture, graph: GraphControl, isMuted: Bool) {
        self.capture = capture
        self.graph = graph
        self.isMuted = isMuted
        local = LocalTrack(chain: capture.microphone.chain, isEnabled: !isMuted)
        capture.retain()
        graph.perform(.addTrack(local))
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
        capture.release()
    }
}
