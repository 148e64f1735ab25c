import AudioCore
import AudioPipeline
import Primitives

/// An opened device as the device-control thread sees it; what the audio thread sees of it is a `CaptureSource` or `PlaybackSink`.
protocol DevicePort: AnyObject, Sendable {
    /// What has gone wrong since the last call. Until `recover` or a new port the audio thread leaves the device alone.
    func takeFault() -> DeviceFault?
    /// Starts the device again where it is; `false` where that does not help.
    func recover() -> Bool
    /// What has to be done from time to time off the audio thread.
    func service()
    /// Gives the device back. The audio thread does not use the port any more.
    func close()
}

/// What can happen to an opened device.
enum DeviceFault: Sendable, Hashable {
    /// It overran, ran dry or was suspended, and can be started again.
    case stopped
    /// It is gone, or does not answer.
    case lost(reason: String)
}
