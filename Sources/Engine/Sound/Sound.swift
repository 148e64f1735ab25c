import AudioDevices
import AudioPipeline
import AudioProcessing
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The audio system as the network loop sees it: what the other threads tell arrives here, on the loop.
@NetworkLoop
package final class Sound {
    /// The way into the audio graph.
    package nonisolated let graph: GraphControl
    private nonisolated let system: AudioSystem
    /// Called when encoded frames wait or a receiver has heard its first packet.
    var onWork: (@NetworkLoop () -> Void)?
    /// Called for everything that happens to devices.
    var onEvent: (@NetworkLoop (AudioSystemEvent) -> Void)?
    private var wakeChannel: (any Channel)?

    /// Starts the audio threads with the configured devices.
    ///
    /// Errors: `AudioDeviceError` where the configured files or devices cannot be used at all.
    package init(configuration: DeviceConfiguration, logger: Logger) throws {
        let relay = EventRelay()
        system = try AudioSystem(logger: logger) { event in relay.tell(event) }
        graph = system.graph
        try system.start(configuration)
        relay.sound = self
        try watchWakeDescriptor()
    }

    package nonisolated var devices: [AudioDevice] { system.devices }
    package nonisolated var tickStatistics: TickStatistics { system.tickStatistics }

    /// Opens a microphone; `opened` is called once, on the loop.
    func openMicrophone(
        _ deviceID: String, options: CaptureOptions,
        opened: @escaping @Sendable @NetworkLoop (Result<Microphone, AudioDeviceError>) -> Void
    ) {
        system.openMicrophone(deviceID, options: options) { result in NetworkLoop.execute { opened(result) } }
    }

    /// Opens a loudspeaker; `opened` is called once, on the loop.
    func openSpeaker(
        _ deviceID: String, opened: @escaping @Sendable @NetworkLoop (Result<Speaker, AudioDeviceError>) -> Void
    ) {
        system.openSpeaker(deviceID) { result in NetworkLoop.execute { opened(result) } }
    }

    func close(_ microphone: Microphone) { system.close(microphone) }
    func close(_ speaker: Speaker) { system.close(speaker) }

    /// Ends the audio threads and closes every device; blocks for at most half a second, and so comes last.
    package nonisolated func stop() { system.stop() }

    /// The descriptor stays the audio system's; the channel reads a duplicate of it empty.
    private func watchWakeDescriptor() throws {
        let descriptor = dup(system.wakeDescriptor)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "dup of the audio thread's wake-up") }
        NIOPipeBootstrap(group: NetworkLoop.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WakeHandler { [weak self] in self?.onWork?() })
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .whenSuccess { [weak self] channel in
                NetworkLoop.assumeIsolated { self?.wakeChannel = channel }
            }
    }
}

/// Carries events from the device-control thread, which may tell of some before the owner is complete.
private final class EventRelay: Sendable {
    @NetworkLoop weak var sound: Sound?

    nonisolated init() {}

    func tell(_ event: AudioSystemEvent) {
        NetworkLoop.execute { self.sound?.onEvent?(event) }
    }
}

/// Drops the bytes, and calls once for each batch of them.
private final class WakeHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let woken: @Sendable @NetworkLoop () -> Void

    init(woken: @escaping @Sendable @NetworkLoop () -> Void) { self.woken = woken }

    func channelReadComplete(context: ChannelHandlerContext) { NetworkLoop.assumeIsolated(woken) }
}
