import AudioCore
import AudioPipeline
import Primitives

/// A world of sound devices: the machine's or a virtual one. Owned by the device-control thread; may block.
protocol DeviceBackend: AnyObject {
    typealias Source = any CaptureSource & DevicePort
    typealias Sink = any PlaybackSink & DevicePort

    /// The devices there are, the default ones first.
    func list() -> [AudioDevice]
    /// Whether `list` may have changed since it was last called. Cheap: asked every `pollPeriod`.
    func hasChanged() -> Bool
    /// `nil`: the list never changes.
    var pollPeriod: Duration? { get }
    /// Opens a device of the list and starts it. It publishes statistics that go on from `record.initial`.
    func openSource(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Source
    func openSink(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Sink
    /// How often opened ports want `service`; `nil`: they do not.
    var servicePeriod: Duration? { get }
}

/// Where an opened device counts.
struct DeviceRecord: Sendable {
    /// What was counted before, when the device was open already.
    var initial = DeviceStatistics()
    /// Written by the audio thread.
    let live: LatestValue<DeviceStatistics>
}
