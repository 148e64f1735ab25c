/// What a page wants done to a microphone's sound (mediacapture-main §4.3.8, the constrainable properties of audio).
package struct CaptureOptions: Sendable, Hashable {
    package var echoCancellation: Bool
    package var noiseSuppression: Bool
    package var autoGainControl: Bool

    package init(echoCancellation: Bool = true, noiseSuppression: Bool = true, autoGainControl: Bool = true) {
        self.echoCancellation = echoCancellation
        self.noiseSuppression = noiseSuppression
        self.autoGainControl = autoGainControl
    }

    /// The sound as it is.
    package static let none = CaptureOptions(echoCancellation: false, noiseSuppression: false, autoGainControl: false)
}
