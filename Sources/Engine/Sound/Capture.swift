import AudioDevices
import AudioProcessing

/// An opened microphone, given back when the last track on it is gone.
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

    func retain() { users += 1 }

    func release() {
        users -= 1
        if users == 0 { sound.close(microphone) }
    }
}
