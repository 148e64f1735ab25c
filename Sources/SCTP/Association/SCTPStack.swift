import CUsrSCTP
import Primitives
import Synchronization

/// The library behind all associations of the process: usrsctp keeps its state in globals, so there is one of it.
///
/// It runs without threads (Debian's 0.9.5 starts one all the same, which waits for requests that concern all associations at once, of which we
/// make none). Its clock goes on when an association is given the time, and its packets are put into the outbox of the
/// association they belong to, which takes them out in its own turn. All that touches the library holds `lock`: in a program that is never
/// contended, since all associations live on one loop; tests run on several threads. The library reads the time of day too, to measure round
/// trips; in tests the module `VirtualClock` replaces it, as for DTLS. All associations of a process have to live by the same clock.
enum SCTPStack {
    /// Stands for an association in the library: never a pointer to anything, so that a late packet cannot reach what is gone.
    struct Address: Hashable {
        fileprivate let number: UInt
        var pointer: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: number) }
    }

    private struct State {
        var isStarted = false
        var nextNumber: UInt = 1
        /// When the library's clock was moved last.
        var lastTick: Instant?
    }

    /// Packets that an association may have waiting; the library sends again what is dropped beyond.
    private static let outboxLimit = 4096

    /// Milliseconds. Who lets an association wait longer is on another clock, which happens between the tests of one process.
    private static let longestStep: Int64 = 60_000

    private static let lock = Mutex(State())
    /// `nonisolated(unsafe)`: touched only while `lock` is held, by the functions here and by the library's output, which it calls from within
    /// calls that hold the lock. Not part of the lock's state, because those calls already have that.
    fileprivate nonisolated(unsafe) static var outboxes: [UInt: [[UInt8]]] = [:]

    /// A new address that the library knows.
    static func register() -> Address {
        lock.withLock { state in
            if !state.isStarted {
                state.isStarted = true
                nearend_sctp_start(putIntoOutbox)
            }
            let address = Address(number: state.nextNumber)
            state.nextNumber += 1
            outboxes[address.number] = []
            usrsctp_register_address(address.pointer)
            return address
        }
    }

    /// Closes the socket, if there is one, and forgets the address; what the library still wants to say is the answer.
    static func deregister(_ address: Address, closing socket: OpaquePointer?) -> [[UInt8]] {
        lock.withLock { _ in
            if let socket { usrsctp_close(socket) }
            usrsctp_deregister_address(address.pointer)
            return outboxes.removeValue(forKey: address.number) ?? []
        }
    }

    /// Moves the library's clock to `now`, then runs `body` with the library to itself.
    static func perform<Result>(at now: Instant, _ body: () -> Result) -> Result {
        lock.withLock { state in
            let last = state.lastTick ?? now
            let elapsed = (now - last).wholeMilliseconds
            if (1...longestStep).contains(elapsed) {
                usrsctp_handle_timers(UInt32(elapsed))
                state.lastTick = last + .milliseconds(elapsed)
            } else if elapsed != 0 || state.lastTick == nil {
                state.lastTick = now
            }
            return body()
        }
    }

    /// Takes out what has gathered for `address`. To be called within `perform`.
    static func takeOutbox(of address: Address) -> [[UInt8]] {
        outboxes.updateValue([], forKey: address.number) ?? []
    }

    fileprivate static func put(_ packet: UnsafeRawBufferPointer, intoOutboxOf number: UInt) {
        guard let waiting = outboxes[number]?.count, waiting < outboxLimit else { return }
        outboxes[number]?.append(Array(packet))
    }
}

private func putIntoOutbox(
    address: UnsafeMutableRawPointer?, packet: UnsafeMutableRawPointer?, count: Int, service: UInt8, dontFragment: UInt8
) -> Int32 {
    SCTPStack.put(UnsafeRawBufferPointer(start: packet, count: count), intoOutboxOf: UInt(bitPattern: address))
    return 0
}
