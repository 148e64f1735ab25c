/// What happens to devices without being asked for. Told on the device-control thread.
package enum AudioSystemEvent: Sendable {
    /// Microphones or loudspeakers came or went; the whole list.
    case devicesChanged([AudioDevice])
    /// The device has failed and is being opened anew: silence meanwhile (`muted` to the page).
    case microphoneInterrupted(Microphone)
    case speakerInterrupted(Speaker)
    /// It works again.
    case microphoneResumed(Microphone)
    case speakerResumed(Speaker)
    /// It is gone for good (`ended` to the page). It stays silent, and is still to be closed.
    case microphoneEnded(Microphone, reason: String)
    case speakerEnded(Speaker, reason: String)
}
