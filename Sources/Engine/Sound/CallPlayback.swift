import AudioCore
import AudioDevices
import AudioPipeline

/// A page's audio element as far as the engine plays it: what it wants to be heard, and the loudspeaker opened for it.
///
/// The loudspeaker opens with the first wish to play and stays open until the playback closes or names another device.
@NetworkLoop
final class CallPlayback {
    /// What the page wants, whole.
    struct Wish {
        var inputs: [SoundInput]
        var isPlaying: Bool
        var volume: Float
        var isMuted: Bool
        /// `AudioDevice.defaultID` for the default device.
        var deviceID: String

        /// Whether somebody at the other end of a call is heard.
        var playsCall: Bool { isPlaying && inputs.contains { if case .receiver = $0.source { true } else { false } } }
    }

    /// Sound files under way, by hash.
    private var voices: [String: SoundVoice] = [:]
    private let playback = Playback()
    private let sound: Sound
    private var wish: Wish?
    private var speaker: Speaker?
    /// The device that is being opened.
    private var opening: String?
    private var waiting: [@NetworkLoop (AudioDeviceError?) -> Void] = []
    private var isClosed = false

    init(sound: Sound) { self.sound = sound }

    /// The loudspeaker in use, to match device events with.
    var speakerID: Int? { speaker?.id }

    var playsCall: Bool { wish?.playsCall ?? false }

    /// A file to be played from `position` seconds on; without one, the voice that plays it already.
    func voice(of hash: String, samples: [Int16], position: Double?, loops: Bool) -> SoundVoice {
        if position == nil, let voice = voices[hash] { return voice }
        let voice = SoundVoice(samples: samples, start: Int((position ?? 0) * Double(AudioFrame.sampleRate)), loops: loops)
        voices[hash] = voice
        return voice
    }

    /// Carries out a wish; `done` is called once, with the reason where its device cannot be opened. The former device then stays.
    func apply(_ wish: Wish, done: @escaping @NetworkLoop (AudioDeviceError?) -> Void) {
        let former = self.wish
        self.wish = wish
        guard wish.deviceID != (opening ?? speaker?.device.id) else {
            perform()
            if opening == nil { done(nil) } else { waiting.append(done) }
            return
        }
        // A silent element opens no device, but a device that is not there must still be refused.
        guard wish.isPlaying || speaker != nil || wish.deviceID != AudioDevice.defaultID else { return done(nil) }
        waiting.append(done)
        opening = wish.deviceID
        sound.openSpeaker(wish.deviceID) { [self] result in opened(result, for: wish.deviceID, former: former) }
    }

    /// Falls silent and gives the device back. Idempotent.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        sound.graph.perform(.removePlayback(playback))
        if let speaker { sound.close(speaker) }
        speaker = nil
    }

    private func opened(_ result: Result<Speaker, AudioDeviceError>, for deviceID: String, former: Wish?) {
        guard !isClosed, opening == deviceID else {
            // Closed meanwhile, or a later wish names another device: that one answers those who wait.
            if case .success(let unwanted) = result { sound.close(unwanted) }
            if isClosed { finish(nil) }
            return
        }
        opening = nil
        switch result {
        case .success(let opened):
            let displaced = speaker
            speaker = opened
            perform()
            if let displaced { sound.close(displaced) }
            finish(nil)
        case .failure(let error):
            if let former { wish?.deviceID = former.deviceID }
            perform()
            finish(error)
        }
    }

    private func finish(_ error: AudioDeviceError?) {
        let callers = waiting
        waiting = []
        for caller in callers { caller(error) }
    }

    private func perform() {
        guard !isClosed, let wish else { return }
        let state = PlaybackState(
            inputs: wish.inputs, output: speaker?.output, volume: wish.volume, isMuted: wish.isMuted, isPlaying: wish.isPlaying)
        sound.graph.perform(.setPlayback(playback, state))
    }
}
