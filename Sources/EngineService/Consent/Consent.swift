import CallProtocol
import Engine
import Logging

/// Decides for each remote desktop and page whether it may open the microphone: by rules, by what the person has answered before, or by asking.
@NetworkLoop
final class Consent {
    typealias Reply = @NetworkLoop @Sendable (ProtocolError?) -> Void
    typealias Asking = @Sendable (_ desktop: String, _ origin: String, _ answered: @escaping @Sendable (MicrophoneQuestion.Answer) -> Void) -> Void

    private struct Subject: Hashable {
        let desktop: String
        let origin: String
    }

    private let policy: MicrophonePolicy
    private var store: ConsentStore
    private let ask: Asking
    private let logger: Logger
    /// Who waits for the answer to a question that is being asked.
    private var waiting: [Subject: [Reply]] = [:]

    init(policy: MicrophonePolicy, store: ConsentStore, ask: @escaping Asking = MicrophoneQuestion.ask, logger: Logger) {
        self.policy = policy
        self.store = store
        self.ask = ask
        self.logger = logger
    }

    /// `reply` is called once: with nothing, or with the refusal.
    func decide(desktop: String, origin: String, reply: @escaping Reply) {
        switch policy.decision(desktop: desktop, origin: origin) {
        case .allow: reply(nil)
        case .deny: reply(ProtocolError(.desktopNotAllowed, "This device's policy does not let \(desktop) use its microphone for \(origin)."))
        case .ask:
            switch store.answer(desktop: desktop, origin: origin) {
            case true?: reply(nil)
            case false?: reply(Self.refused(origin))
            case nil: question(Subject(desktop: desktop, origin: origin), reply)
            }
        }
    }

    private func question(_ subject: Subject, _ reply: @escaping Reply) {
        waiting[subject, default: []].append(reply)
        guard waiting[subject]?.count == 1 else { return }
        logger.notice("asking for the microphone", metadata: ["desktop": "\(subject.desktop)", "origin": "\(subject.origin)"])
        ask(subject.desktop, subject.origin) { [weak self] answer in
            NetworkLoop.execute { self?.answered(answer, subject) }
        }
    }

    private func answered(_ answer: MicrophoneQuestion.Answer, _ subject: Subject) {
        logger.notice("answered", metadata: ["origin": "\(subject.origin)", "answer": "\(answer)"])
        let refusal: ProtocolError? =
            switch answer {
            case .once, .always: nil
            case .never, .notNow: Self.refused(subject.origin)
            case .cannotAsk:
                ProtocolError(
                    .desktopNotAllowed,
                    "This device could not ask whether \(subject.origin) may use its microphone: it shows no notifications (notify-send). Allow it under "
                        + "“engine.microphone” in the device's configuration.")
            }
        if answer == .always || answer == .never {
            do throws(ConfigurationError) {
                try store.keep(answer == .always, desktop: subject.desktop, origin: subject.origin)
            } catch {
                logger.error("an answer could not be kept", metadata: ["reason": "\(error)"])
            }
        }
        for reply in waiting.removeValue(forKey: subject) ?? [] { reply(refusal) }
    }

    private static func refused(_ origin: String) -> ProtocolError {
        ProtocolError(.microphoneNotAllowed, "The person at the device does not let \(origin) use the microphone.")
    }
}
