import CallProtocol
import Engine
import Foundation
import Logging
import Testing

@testable import EngineService

@NetworkLoop
@Suite struct ConsentTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("nearend-\(UUID().uuidString)/state/microphone.json").path

    private func consent(_ policy: MicrophonePolicy = MicrophonePolicy(), _ answer: MicrophoneQuestion.Answer, asked: Counter) -> Consent {
        Consent(
            policy: policy, store: ConsentStore(path: path),
            ask: { _, _, answered in
                asked.add()
                answered(answer)
            }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func decide(_ consent: Consent, _ origin: String = "https://phone.example") async -> ProtocolError? {
        await withCheckedContinuation { continuation in
            consent.decide(desktop: "anna@pool-7", origin: origin) { continuation.resume(returning: $0) }
        }
    }

    @Test("an answer for once counts once")
    func once() async {
        let asked = Counter()
        let consent = consent(.init(), .once, asked: asked)
        #expect(await decide(consent) == nil)
        #expect(await decide(consent) == nil)
        #expect(asked.count == 2)
    }

    @Test("an answer for good outlives the engine, for its desktop and origin alone")
    func always() async {
        let asked = Counter()
        #expect(await decide(consent(.init(), .always, asked: asked)) == nil)
        let later = consent(.init(), .never, asked: asked)
        #expect(await decide(later) == nil)
        #expect(asked.count == 1)
        #expect(await decide(later, "https://other.example")?.code == .microphoneNotAllowed)
        #expect(asked.count == 2)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes?[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("a device that cannot ask refuses, and says what to do")
    func cannotAsk() async {
        let refusal = await decide(consent(.init(), .cannotAsk, asked: Counter()))
        #expect(refusal?.code == .desktopNotAllowed)
        #expect(refusal?.message.contains("engine.microphone") == true)
    }

    @Test("who asks while a question is open gets the same answer, and the person no second question")
    func together() async {
        let asked = Counter()
        let questions = Questions()
        let consent = Consent(
            policy: MicrophonePolicy(), store: ConsentStore(path: path),
            ask: { _, _, answered in
                asked.add()
                questions.keep(answered)
            }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        async let first = decide(consent)
        async let second = decide(consent)
        while questions.count == 0 { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        questions.answer(.notNow)
        #expect(await first?.code == .microphoneNotAllowed)
        #expect(await second?.code == .microphoneNotAllowed)
        #expect(asked.count == 1)
    }

    @Test("names of desktops and pages cannot pass for markup, or for another line")
    func escaping() {
        #expect(NotificationCommand.escaped("<b>a</b>&\n\u{1}b") == "&lt;b&gt;a&lt;/b&gt;&amp;  b")
        #expect(NotificationCommand.escaped(String(repeating: "a", count: 1000)).count == 200)
    }

    @Test("what notify-send says", arguments: [("once\n", "once"), ("12\nalways\n", "always"), ("never", "never"), ("", "notNow"), ("else", "notNow")])
    func answers(output: String, answer: String) {
        #expect("\(MicrophoneQuestion.answer(to: output))" == answer)
        #expect(MicrophoneQuestion.answer(to: nil) == .cannotAsk)
    }
}
