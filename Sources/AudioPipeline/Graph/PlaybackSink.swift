import AudioCore

/// Where sound is played: a device, a file, a test. Called on the audio thread only, once per tick.
package protocol PlaybackSink: AnyObject, Sendable {
    /// Takes the next 10 ms. Neither waits, allocates, locks, logs nor frees.
    func write(_ frame: borrowing AudioFrame)

    /// How long a sample takes from `write` to the air, as far as is known.
    var delay: Duration { get }
}
