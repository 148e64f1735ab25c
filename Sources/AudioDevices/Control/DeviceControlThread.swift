import Glibc
import Primitives
import Synchronization

/// The thread on which devices are listed, opened, recovered and closed, which may block, and on which what the audio thread retires
/// is freed.
///
/// `@unchecked Sendable`: the thread's handle and the table's maker are touched by `start` and `stop` only, which `AudioSystem` calls
/// one after the other; all else is locked or immutable.
final class DeviceControlThread: @unchecked Sendable {
    typealias Job = @Sendable (DeviceTable) -> Void

    private struct Queue {
        var jobs: [Job] = []
        var isOpen = true
        /// Set when the thread has done its last work.
        var hasEnded = false
    }

    private let wake: WakePipe
    private let ended: WakePipe
    private let queue = Mutex<Queue>(Queue())
    private var handle: pthread_t?

    /// - Parameter wake: signalled by whoever has something for the thread.
    init(wake: WakePipe) throws(AudioDeviceError) {
        self.wake = wake
        ended = try WakePipe()
    }

    /// Starts the thread, which makes the table first (listing the devices may block) and then does the jobs.
    func start(_ makeTable: sending @escaping () -> DeviceTable) throws(AudioDeviceError) {
        let maker = Maker(makeTable)
        handle = try Thread.start(name: "nearend-devices") { [self] in run(maker.make()) }
    }

    /// Carried once from the starting thread to the started one.
    /// `@unchecked Sendable`: the closure was sent to us, and thread creation orders its only use.
    private final class Maker: @unchecked Sendable {
        let make: () -> DeviceTable
        init(_ make: sending @escaping () -> DeviceTable) { self.make = make }
    }

    /// Has a job done after those before it; `false` (and nothing done) after `stop`.
    func submit(_ job: @escaping Job) -> Bool {
        let isOpen = queue.withLock { queue in
            if queue.isOpen { queue.jobs.append(job) }
            return queue.isOpen
        }
        if isOpen { wake.signal() }
        return isOpen
    }

    /// Does the jobs that wait and `last`, ends the thread and waits for it, at most so long: a sound server that does not answer may
    /// hold it for ever.
    ///
    /// - Returns: whether it has ended in time. If not, it is left to itself and closes the devices when it can.
    func stop(within timeout: Duration, last: @escaping Job) -> Bool {
        guard let handle else { return true }
        self.handle = nil
        queue.withLock { queue in
            if queue.isOpen { queue.jobs.append(last) }
            queue.isOpen = false
        }
        wake.signal()
        ended.wait(atMost: timeout)
        if queue.withLock(\.hasEnded) {
            pthread_join(handle, nil)
            return true
        }
        pthread_detach(handle)
        return false
    }

    private func run(_ table: DeviceTable) {
        while true {
            let (jobs, isOpen) = queue.withLock { queue in
                defer { queue.jobs = [] }
                return (queue.jobs, queue.isOpen)
            }
            for job in jobs { job(table) }
            guard isOpen else { break }
            let next = table.service(at: Clock.now)
            wake.wait(atMost: next.map { Swift.max(.zero, $0 - Clock.now) + .milliseconds(1) })
        }
        queue.withLock { $0.hasEnded = true }
        ended.signal()
    }
}
