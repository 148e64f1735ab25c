import AudioCore
import AudioPipeline
import Glibc
import Primitives
import Synchronization

/// The one thread on which sound is moved: it runs the graph every 10 ms, and sleeps while there is nothing to run.
///
/// Scheduled in real time (SCHED_FIFO) where the system permits it; `TickStatistics.scheduling` says which.
/// `@unchecked Sendable`: `graph` is touched by the thread alone once `start` has created it (thread creation orders what came
/// before), the handle by whoever starts and joins (one owner, `AudioSystem`, under its lock); all else is atomic or immutable.
final class AudioThread: @unchecked Sendable {
    /// Low among the real-time priorities (1…99): above every ordinary thread, below the kernel's own and the sound servers'.
    private static let priority: Int32 = 5

    let statistics = LatestValue(TickStatistics())
    private let graph: AudioGraph
    private let wake: WakePipe
    private let isStopping = Atomic<Bool>(false)
    private var handle: pthread_t?

    /// - Parameter wake: signalled when changes wait for the graph.
    init(graph: sending AudioGraph, wake: WakePipe) {
        self.graph = graph
        self.wake = wake
    }

    /// Starts the thread.
    func start() throws(AudioDeviceError) {
        precondition(handle == nil, "an audio thread is started once")
        handle = try Thread.start(name: "nearend-audio") { [self] in run() }
    }

    /// Ends the thread and waits for it: one period at most, plus the work of a tick.
    func stop() {
        guard let handle else { return }
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        pthread_join(handle, nil)
        self.handle = nil
    }

    private func run() {
        ALSALog.currentThreadMustNotLog()
        var initial = TickStatistics()
        initial.scheduling = Self.becomeRealTime()
        statistics.publish(initial)
        var schedule = TickSchedule(start: Clock.now, statistics: initial)
        while !isStopping.load(ordering: .acquiring) {
            Clock.sleep(until: schedule.due)
            schedule.begin(at: Clock.now)
            graph.tick(at: schedule.due)
            schedule.end(at: Clock.now)
            statistics.publish(schedule.statistics)
            if graph.isIdle {
                wake.wait(atMost: nil)
                schedule.resume(at: Clock.now)
            }
        }
    }

    private static func becomeRealTime() -> TickStatistics.Scheduling {
        var parameters = sched_param()
        parameters.sched_priority = priority
        let code = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
        return code == 0 ? .realTime : .normal(errorCode: code)
    }
}
