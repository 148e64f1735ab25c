import CALSA
import Glibc
import Logging
import Synchronization

/// The library's complaints, as lines of our log instead of stderr.
enum ALSALog {
    private static let logger = Logger(label: "nearend.alsa")
    private static let isInstalled = Atomic<Bool>(false)
    /// The audio thread, which must not log; 0 before there is one. Of several (tests), the newest.
    private static let silentThread = Atomic<UInt>(0)

    /// Complaints made on the audio thread, which are counted only: what it sees it reports as a fault of the device.
    static let unlogged = Atomic<Int>(0)

    /// Takes over the library's error handler, once.
    static func install() {
        guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
        _ = nearend_alsa_set_receiver { message in
            guard let message else { return }
            if UInt(pthread_self()) == ALSALog.silentThread.load(ordering: .relaxed) {
                ALSALog.unlogged.wrappingAdd(1, ordering: .relaxed)
            } else {
                ALSALog.logger.debug("\(String(cString: message))")
            }
        }
    }

    /// Called by the audio thread when it starts.
    static func currentThreadMustNotLog() {
        silentThread.store(UInt(pthread_self()), ordering: .relaxed)
    }
}
