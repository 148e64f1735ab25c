import AudioCore

/// Where recorded sound comes from: a device, a file, a test. Called on the audio thread only, once per tick.
package protocol CaptureSource: AnyObject, Sendable {
    /// Fills the frame with the next 10 ms. `false`: there is nothing (a device that starts, stalls or has vanished); the frame's
    /// content is then undefined and counts as silence. Neither waits, allocates, locks, logs nor frees.
    func read(into frame: borrowing AudioFrame) -> Bool

    /// How old a sample is when `read` hands it over, as far as is known: what the canceller and the statistics add up.
    var delay: Duration { get }
}
