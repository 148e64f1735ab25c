import AudioDevices
import Glibc
import Synchronization

/// Waits for what another thread answers.
enum Handover<Answer: Sendable> {
    private final class Box: Sendable {
        let answer = Mutex<Result<Answer, AudioDeviceError>?>(nil)
    }

    static func wait(_ ask: (@escaping @Sendable (Result<Answer, AudioDeviceError>) -> Void) -> Void) throws -> Answer {
        let box = Box()
        ask { answer in box.answer.withLock { $0 = answer } }
        while true {
            if let answer = box.answer.withLock(\.self) { return try answer.get() }
            usleep(1000)
        }
    }
}
