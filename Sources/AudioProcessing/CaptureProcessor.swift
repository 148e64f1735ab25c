import AudioCore

/// The stages between microphone and track. Called on the audio thread, once a tick, playback first; after `init` nothing is allocated.
package protocol CaptureProcessor: AnyObject {
    /// Which stages work; may change between ticks.
    var options: CaptureOptions { get set }

    /// Takes note of what is about to be heard in the room.
    func analyzePlayback(_ frame: borrowing AudioFrame)

    /// Processes a frame in place.
    func processCapture(_ frame: borrowing AudioFrame)

    /// What is known about the echo; `nil` where nothing is.
    var echoStatistics: EchoStatistics? { get }
}
