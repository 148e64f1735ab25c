import NIOCore
import NIOPosix
import Primitives

/// The network loop: one event loop and one thread, on which everything runs that has to do with sockets, timers, connections and keys.
///
/// A global actor whose executor is the event loop, so that the compiler keeps the engine's objects on it, and a channel handler
/// enters them without a hop (`assumeIsolated`). Nothing isolated to it blocks, and no engine method awaits.
@globalActor
package actor NetworkLoop {
    package static let shared = NetworkLoop()

    /// The event loop itself, for bootstraps and futures. Lives as long as the process.
    package static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { Self.eventLoop.executor.asUnownedSerialExecutor() }

    /// The clock of every machine on the loop: CLOCK_MONOTONIC, which the audio thread reads too.
    package static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

    /// Runs `operation` at once, from code that is on the loop already but that the compiler cannot see there: channel handlers,
    /// futures, timers. Traps when it is not on the loop.
    package static func assumeIsolated<Result>(_ operation: @NetworkLoop () throws -> Result) rethrows -> Result {
        shared.preconditionIsolated("only code on the network loop enters the engine")
        // Safe: an isolated closure differs from a plain one in its type only, and the line above has shown that we are where it must run.
        // The same is done for the main actor in the standard library, which has no such function for other global actors.
        return try withoutActuallyEscaping(operation) { closure in
            try unsafeBitCast(closure, to: (() throws -> Result).self)()
        }
    }

    /// Calls `action` on the loop at `deadline`, or soon after. Cancelled by cancelling what is returned.
    package static func schedule(at deadline: Instant, _ action: @escaping @NetworkLoop () -> Void) -> Scheduled<Void> {
        eventLoop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, deadline.nanoseconds)))) { assumeIsolated(action) }
    }

    /// Calls `action` on the loop as soon as it is free; from any thread.
    package static func execute(_ action: @escaping @Sendable @NetworkLoop () -> Void) {
        eventLoop.execute { assumeIsolated(action) }
    }
}
