import AudioCore
import AudioPipeline

/// A loudspeaker that was opened. Playbacks name its `output`; any number may. Closed by `AudioSystem.close(_:)`, as often as opened.
package final class Speaker: Sendable {
    /// Unlike any other microphone or speaker of this system.
    package let id: Int
    package let device: AudioDevice
    /// Name it in `PlaybackState`s. Speakers of one device share it.
    package let output: PlaybackOutput
    /// Of the device, shared with others that have it open.
    package let statistics: LatestValue<DeviceStatistics>

    init(id: Int, device: AudioDevice, output: PlaybackOutput, statistics: LatestValue<DeviceStatistics>) {
        self.id = id
        self.device = device
        self.output = output
        self.statistics = statistics
    }
}
