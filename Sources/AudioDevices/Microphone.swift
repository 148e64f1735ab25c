import AudioCore
import AudioPipeline

/// A microphone that was opened with one set of wishes. Tracks are made from its `chain`; several may be, and several microphones
/// may share one device. Closed by `AudioSystem.close(_:)`.
package final class Microphone: Sendable {
    /// Unlike any other microphone or speaker of this system.
    package let id: Int
    package let device: AudioDevice
    /// Make `LocalTrack`s of it.
    package let chain: CaptureChain
    /// Of the device, shared with others that have it open.
    package let statistics: LatestValue<DeviceStatistics>

    init(id: Int, device: AudioDevice, chain: CaptureChain, statistics: LatestValue<DeviceStatistics>) {
        self.id = id
        self.device = device
        self.chain = chain
        self.statistics = statistics
    }
}
