import Synchronization

@testable import EngineService

/// Questions that wait for their answer.
final class Questions: Sendable {
    private let open = Mutex<[@Sendable (MicrophoneQuestion.Answer) -> Void]>([])
    var count: Int { open.withLock { $0.count } }
    func keep(_ answered: @escaping @Sendable (MicrophoneQuestion.Answer) -> Void) { open.withLock { $0.append(answered) } }
    func answer(_ answer: MicrophoneQuestion.Answer) { for answered in open.withLock({ $0 }) { answered(answer) } }
}
