import Primitives

/// How well the audio thread keeps its time.
package struct TickStatistics: BitwiseCopyable, Sendable, Hashable {
    /// How the thread is scheduled.
    package enum Scheduling: BitwiseCopyable, Sendable, Hashable {
        /// The thread has not started yet.
        case undetermined
        /// SCHED_FIFO: it runs when its time has come.
        case realTime
        /// Like every other thread, since the system did not permit better; the error is what `pthread_setschedparam` said.
        case normal(errorCode: Int32)
    }

    package var scheduling: Scheduling = .undetermined
    /// Ticks carried out.
    package var ticks = 0
    /// Ticks that began more than half a period after their time.
    package var lateTicks = 0
    /// Ticks given up, because the thread (or the machine) had stood still for so long that catching up made no sense.
    package var skippedTicks = 0
    /// How late a tick began at worst, in nanoseconds.
    package var worstLateness: Int64 = 0
    /// How long the work of one tick took at worst, in nanoseconds.
    package var worstWork: Int64 = 0
    /// The work of all ticks, in nanoseconds.
    package var totalWork: Int64 = 0

    package init() {}
}
