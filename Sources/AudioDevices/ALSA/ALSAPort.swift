import CALSA
import Glibc
import Synchronization

/// An ALSA device and whose turn it is to use it: the audio thread's while all is well, device control's from a failure on until it
/// says that all is well again.
///
/// `@unchecked Sendable`: `pcm` is touched by the audio thread only while `fault` is 0, and by device control only while it is not,
/// before the audio thread has the port, or after it has given it up. The audio thread alone sets a fault, device control alone clears
/// it (both release), and each looks (acquire) before it touches the device. `isReported` is device control's own.
final class ALSAPort: @unchecked Sendable {
    /// The fault of a device that neither moves nor complains.
    static let stoodStill = -Int(ETIMEDOUT)

    /// Whether an error means that the device only stopped, because we were late or the machine slept.
    static func isOverrun(_ code: Int) -> Bool { code == -Int(EPIPE) || code == -Int(ESTRPIPE) }

    private var pcm: ALSAPCM?
    private let fault = Atomic<Int32>(0)
    private let control: WakePipe
    /// Device control knows of the fault and is at it.
    private var isReported = false
    /// Frames of silence that a player is started with.
    private let lead: Int

    /// - Parameter control: wakes the device-control thread.
    init(pcm: ALSAPCM, lead: Int, control: WakePipe) {
        self.pcm = pcm
        self.lead = lead
        self.control = control
    }

    // MARK: Audio thread

    /// The device, if it is the audio thread's turn.
    var pcmForAudio: ALSAPCM? { fault.load(ordering: .acquiring) == 0 ? pcm : nil }

    /// Gives the device up, for the library's negative error.
    func fail(_ code: Int) {
        fault.store(Int32(truncatingIfNeeded: code), ordering: .releasing)
        control.signal()
    }

    // MARK: Device-control thread

    /// Starts the device for the first time.
    func begin() throws(AudioDeviceError) {
        guard let pcm else { return }
        let code = pcm.start(silence: lead)
        guard code >= 0 else { throw ALSAError.opening(pcm.name, "started", code) }
    }

    func takeFault() -> DeviceFault? {
        let code = fault.load(ordering: .acquiring)
        guard code != 0, !isReported else { return nil }
        isReported = true
        if Self.isOverrun(Int(code)) { return .stopped }
        return .lost(reason: Int(code) == Self.stoodStill ? "it stands still" : ALSAError.text(code))
    }

    func recover() -> Bool {
        guard let pcm, pcm.start(silence: lead) >= 0 else { return false }
        isReported = false
        fault.store(0, ordering: .releasing)
        return true
    }

    /// Closes the device. The audio thread has given the port up, or it is not its turn and never will be.
    func close() { pcm = nil }
}
