import Synchronization

/// A device on its way out: closed when the audio thread has let go of it.
final class ClosingDevice: Sendable {
    let device: AudioDevice
    private let port: any DevicePort
    private let closed = Atomic<Bool>(false)

    init(device: AudioDevice, port: any DevicePort) {
        self.device = device
        self.port = port
    }

    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// The audio thread has let go. Device-control thread.
    func close() {
        port.close()
        closed.store(true, ordering: .releasing)
    }
}
