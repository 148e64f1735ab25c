import CallProtocol
import JSONCoding
import Primitives
import Testing

@Suite struct ResumableSessionTests {
    private func session(lease: Duration = .seconds(30)) -> ResumableSession {
        ResumableSession(id: "s", token: "secret", lease: lease)
    }
    private func event(_ index: Int) -> OutgoingMessage {
        .event(document: DocumentNumber(rawValue: 1), .trackMuted(TrackHandle(rawValue: index), true))
    }
    private func number(_ text: [UInt8], _ member: String) throws -> JSONValue? { try JSONText.parse(text)[member] }

    @Test("messages are numbered from one, and say what has been received")
    func numbers() throws {
        var session = session()
        let verdict = session.receive(.init(seq: 1, ack: 0))
        #expect(verdict == .deliver)
        let first = session.send(event(1))
        let second = session.send(event(2))
        #expect(try number(first, "seq") == 1)
        #expect(try number(second, "seq") == 2)
        #expect(try number(second, "ack") == 1)
    }

    @Test("what came before is dropped, what is missing is noticed")
    func verdicts() {
        var session = session()
        let numbers = [1, 2, 2, 1, 0, -7, 3, 5, .max, 4]
        let verdicts = numbers.map { session.receive(.init(seq: $0, ack: 0)) }
        #expect(
            verdicts == [
                .deliver, .deliver, .drop, .drop, .drop, .drop, .deliver, .gap(expected: 4, got: 5), .gap(expected: 4, got: .max), .deliver,
            ])
        #expect(session.received == 4)
    }

    @Test("a peer that resumes gets what it lacks, as it was sent, and nothing twice")
    func resume() throws {
        var session = session()
        let sent = (1...5).map { session.send(event($0)) }
        _ = session.receive(.init(seq: 1, ack: 2))
        #expect(session.keptCount == 3)
        let again = session.resume(token: "secret", received: 3)
        #expect(again == Array(sent[3...]))
        let nothing = session.resume(token: "secret", received: 5)
        #expect(nothing == [])
    }

    @Test("a session goes on only for who knows its token, has not been given more than was sent, and asks for what is still there")
    func refusals() {
        var session = session()
        for index in 1...3 { _ = session.send(event(index)) }
        for (token, received) in [("secreT", 1), ("", 1), ("secret ", 1), ("secret", 4), ("secret", -1), ("secret", .max)] {
            let answer = session.resume(token: token, received: received)
            #expect(answer == nil, "\(token) \(received)")
        }
        session.acknowledge(2)
        let lost = session.resume(token: "secret", received: 1)
        #expect(lost == nil)
        let known = session.resume(token: "secret", received: 2)
        #expect(known?.count == 1)
    }

    @Test("without a lease nothing is kept and nothing resumed")
    func noLease() {
        var session = session(lease: .zero)
        _ = session.send(event(1))
        #expect(session.keptCount == 0)
        let answer = session.resume(token: "secret", received: 1)
        #expect(answer == nil)
    }

    @Test("a peer that acknowledges nothing costs a bounded number of messages, and then cannot resume")
    func bounded() {
        var session = session()
        for index in 1...(ResumableSession.keptLimit + 10) { _ = session.send(event(index)) }
        #expect(session.keptCount == ResumableSession.keptLimit)
        let tooEarly = session.resume(token: "secret", received: 9)
        #expect(tooEarly == nil)
        let inTime = session.resume(token: "secret", received: 10)
        #expect(inTime?.count == ResumableSession.keptLimit)
    }

    @Test("a peer that acknowledges nothing costs a bounded number of bytes")
    func boundedBytes() {
        var session = session()
        let long = OutgoingMessage.event(
            document: DocumentNumber(rawValue: 1), .trackEnded(TrackHandle(rawValue: 1), reason: String(repeating: "x", count: 1_000_000)))
        for _ in 0..<40 { _ = session.send(long) }
        #expect(session.keptCount == 16)
    }

    @Test("an acknowledgement of what was never sent forgets what was, and no more")
    func overAcknowledged() {
        var session = session()
        _ = session.send(event(1))
        session.acknowledge(.max)
        session.acknowledge(.min)
        #expect(session.keptCount == 0)
        _ = session.send(event(2))
        #expect(session.keptCount == 1)
    }

    @Test("two sides that lose their link at any moment lose and repeat nothing", arguments: 0..<50)
    func anyBreak(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        var host = session()
        var delivered: [Int] = []
        var seen = 0
        for index in 1...200 {
            let text = host.send(event(index))
            // The link breaks now and then with the message in flight; sometimes it had arrived already.
            let isBreaking = Int.random(in: 0..<10, using: &random) == 0
            let hasArrived = !isBreaking || Bool.random(using: &random)
            if hasArrived { deliver(try number(text, "seq"), &seen, &delivered) }
            if isBreaking {
                let missing = host.resume(token: "secret", received: seen)
                for text in try #require(missing) { deliver(try number(text, "seq"), &seen, &delivered) }
            } else if Bool.random(using: &random) {
                host.acknowledge(seen)
            }
        }
        #expect(delivered == Array(1...200))
    }

    private func deliver(_ seq: JSONValue?, _ seen: inout Int, _ delivered: inout [Int]) {
        guard case .integer(let number)? = seq, number == Int64(seen) + 1 else { return }
        seen += 1
        delivered.append(seen)
    }
}
