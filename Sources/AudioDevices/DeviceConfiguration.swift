/// Which sound devices there are: the machine's, or files that stand for them. Chosen by configuration; nothing falls back from one
/// to the other.
package enum DeviceConfiguration: Sendable, Hashable {
    /// The machine's devices, through ALSA and whatever sound server its plugins reach.
    ///
    /// The names are what the device `default` stands for: `default`, `pulse:NAME`, `pipewire`, `hw:…`, `plughw:…`.
    case alsa(captureDefault: String = "default", playbackDefault: String = "default")
    /// For machines without sound: one microphone that speaks a WAV file and one loudspeaker that writes one, in real time.
    ///
    /// `loops`: the microphone begins again at the end of its file; otherwise it is silent from there on. No microphone's file: it hears what the
    /// loudspeaker plays.
    case virtual(microphone: String?, loops: Bool, loudspeaker: String)
}
