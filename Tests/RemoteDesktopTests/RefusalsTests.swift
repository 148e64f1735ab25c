import Glibc
import Primitives
import Testing

@testable import RemoteDesktop

/// What is remembered of a server's refusals, each of which costs it a channel number for good.
@Suite struct RefusalsTests {
    @Test("eight hours in which a new process asks every second cost the server at most twenty channel numbers")
    func aDay() {
        var line = "", asked = 0
        for second in 0..<8 * 3600 {
            let now = Instant.zero + .seconds(second)
            var refusals = Refusals(line: line, at: now)
            guard refusals.pause(for: "42", at: now) == nil else { continue }
            asked += 1
            refusals.note("42", at: now)
            line = refusals.line
        }
        #expect((10...20).contains(asked))
    }

    @Test("a client that has come back is asked about at once")
    func reconnection() {
        var refusals = Refusals()
        for _ in 0..<5 { refusals.note("42", at: .zero) }
        #expect(refusals.pause(for: "42", at: .zero) == .seconds(16))
        #expect(refusals.pause(for: "43", at: .zero) == nil)
        refusals.note("43", at: .zero)
        #expect(refusals.count == 1)
    }

    @Test("a broken line, or one of a time that cannot be, says nothing", arguments: ["", "x", "1", "1 2 3 4", "-1 5 a", "1 99999999999999 a", "1 -5 a"])
    func broken(line: String) {
        let refusals = Refusals(line: line, at: .zero)
        #expect(refusals.pause(for: "a", at: .zero) == nil && refusals.line == Refusals().line)
    }

    @Test("what one process has learnt the next one knows, and forgets once there was a channel")
    func memory() throws {
        let path = "/tmp/nearend-refusals-\(getpid())-\(UInt32.random(in: 0 ... .max))/nearend/refusals"
        let folder = String(path.dropLast("/nearend/refusals".count))
        #expect(mkdir(folder, 0o700) == 0)
        defer {
            rmdir(folder + "/nearend")
            rmdir(folder)
        }
        RefusalMemory(path: path).noteRefusal(for: "42")
        let next = RefusalMemory(path: path)
        #expect(next.pause(for: "42") != nil && next.pause(for: "43") == nil)
        next.forget()
        #expect(RefusalMemory(path: path).pause(for: "42") == nil)
        #expect(access(path, F_OK) != 0)
    }

    @Test("where nothing can be written, the process itself remembers")
    func noFolder() {
        let memory = RefusalMemory(path: "/proc/nearend/refusals")
        memory.noteRefusal(for: "")
        #expect(memory.pause(for: "") != nil)
    }
}
