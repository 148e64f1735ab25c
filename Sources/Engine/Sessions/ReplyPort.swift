import CallProtocol

/// The way back of one request: used exactly once. One that is forgotten answers for itself when it is freed, so that no promise of a page
/// ever hangs on a fault of ours.
@NetworkLoop
package final class ReplyPort {
    private var deliver: (@Sendable @NetworkLoop (Reply) -> Void)?

    package init(_ deliver: @escaping @Sendable @NetworkLoop (Reply) -> Void) { self.deliver = deliver }

    deinit {
        guard let deliver else { return }
        NetworkLoop.execute { deliver(.refusal(ProtocolError(.engineFailure, "the engine gave no answer"))) }
    }

    /// The first answer counts; a second one is a fault of ours.
    package func send(_ reply: Reply) {
        guard let deliver else {
            assertionFailure("a request is answered once")
            return
        }
        self.deliver = nil
        deliver(reply)
    }

    package func send(_ error: ProtocolError) { send(.refusal(error)) }
    package func send<Value: Encodable>(_ value: Value) { send(Reply(value)) }
}
