import AudioCore
import AudioPipeline
import Primitives

/// A device that is open, and who has it open. Belongs to the device-control thread.
final class OpenDevice {
    enum Node {
        case input(CaptureInput)
        case output(PlaybackOutput)
    }

    let device: AudioDevice
    let node: Node
    let statistics: LatestValue<DeviceStatistics>
    /// What stands for it in the backend; another one after it was lost and opened anew.
    var port: any DevicePort
    var microphones: [Microphone] = []
    var speakers: [Speaker] = []
    var recovery: DeviceRecovery
    /// When it is tried again, while it is lost.
    var retry: Instant?
    /// Its users have been told that it is silent.
    var isInterrupted = false
    /// Its users have been told that it is gone for good.
    var hasEnded = false

    init(device: AudioDevice, node: Node, port: any DevicePort, statistics: LatestValue<DeviceStatistics>) {
        self.device = device
        self.node = node
        self.port = port
        self.statistics = statistics
        recovery = DeviceRecovery(isDefault: device.isDefault)
    }

    var isUnused: Bool { microphones.isEmpty && speakers.isEmpty }
}
