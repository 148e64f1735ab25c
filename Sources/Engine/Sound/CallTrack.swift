import AudioDevices
import AudioPipeline

/// A page's microphone track, or a clone of one: shares the opened microphone with its clones, which closes with the last of them.
@NetworkLoop
final class CallTrack {
    /// The opened microphone, given back when the last track on it is gone.
    @NetworkLoop
    final class Capture {
        let microphone: Microphone
        private let sound: Sound
        private var users = 0

        init(microphone: Microphone, sound: Sound) {
            self.microphone = microphone
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

    init(capture: Capture, graph: GraphControl, isEnabled: Bool = true) {
        self.capture = capture
        self.graph = graph
        local = LocalTrack(chain: capture.microphone.chain, isEnabled: isEnabled)
        capture.retain()
        graph.perform(.addTrack(local))
    }

    func setEnabled(_ isEnabled: Bool) { graph.perform(.setTrackEnabled(local, isEnabled)) }

    /// Ends the track: silent for good, and the microphone closes with its last track. Idempotent.
    func stop() {
        guard !isEnded else { return }
        isEnded = true
        graph.perform(.removeTrack(local))
        capture.release()
    }
}
