import AudioCore
import Synchronization

/// The way into the audio graph for every thread but the audio thread: changes go down, retired objects come up.
///
/// Changes are carried out in the order of the calls, all that wait at the start of one tick together. Any thread may call
/// `perform`; one thread (device control) calls `collect`.
package final class GraphControl: Sendable {
    /// Changes that a ring holds before the rest waits on our side.
    private static let ringCapacity = 1024
    /// A command retires itself, and a playback leaves its former state behind later.
    static let retirementsPerCommand = 2

    let commands = ObjectRing<GraphCommand>(capacity: ringCapacity)
    let retired = ObjectRing<AnyObject & Sendable>(capacity: ringCapacity * 4)
    /// Changes that found the ring full. The lock also makes the many callers one writer; the audio thread never takes it.
    private let backlog = Mutex<Backlog>(Backlog())
    private let notify: @Sendable () -> Void

    private struct Backlog {
        var waiting: [GraphCommand] = []
        var isClosed = false
    }

    /// - Parameter notify: called after each change, so that an audio thread that sleeps for want of work looks again.
    package init(notify: @escaping @Sendable () -> Void = {}) {
        self.notify = notify
    }

    /// Asks for a change at the next tick.
    ///
    /// - Parameter completion: called by the collecting thread when the audio thread has carried the change out and what it
    ///   displaced is out of use; called at once when the graph is closed.
    package func perform(_ change: GraphChange, completion: (@Sendable () -> Void)? = nil) {
        let command = GraphCommand(change, completion: completion)
        let isClosed = backlog.withLock { backlog in
            guard !backlog.isClosed else { return true }
            backlog.waiting.append(command)
            flush(&backlog)
            return false
        }
        isClosed ? command.finish() : notify()
    }

    /// Frees what the audio thread has retired, and passes on what found the ring full. Collecting thread only.
    package func collect() {
        while let object = retired.read() {
            (object.takeRetainedValue() as? GraphCommand)?.finish()
        }
        let hasFlushed = backlog.withLock { backlog in
            let before = backlog.waiting.count
            flush(&backlog)
            return backlog.waiting.count < before
        }
        if hasFlushed { notify() }
    }

    /// After the audio thread has ended: nothing is carried out any more, and everybody who waits is told. Collecting thread only.
    package func close() {
        let waiting = backlog.withLock { backlog in
            backlog.isClosed = true
            defer { backlog.waiting = [] }
            return backlog.waiting
        }
        while let command = commands.read() { command.takeRetainedValue().finish() }
        while let object = retired.read() { (object.takeRetainedValue() as? GraphCommand)?.finish() }
        for command in waiting { command.finish() }
    }

    private func flush(_ backlog: inout Backlog) {
        var sent = 0
        for command in backlog.waiting {
            let reference = Unmanaged.passRetained(command)
            guard commands.write(reference) else {
                reference.release()
                break
            }
            sent += 1
        }
        backlog.waiting.removeFirst(sent)
    }
}
