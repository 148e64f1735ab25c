import Testing

@testable import AudioProcessing

@Suite struct PathWatchTests {
    private func proven() -> PathWatch {
        var watch = PathWatch()
        for _ in 0..<20 { watch.insert(heard: 1, error: 0.01, echo: 0.99) }
        return watch
    }

    private func isLost(_ watch: PathWatch) -> Bool {
        if case .lost = watch.verdict { return true }
        return false
    }

    @Test("A prediction whose energy adds up with what is heard has lost its path, within six frames")
    func loses() {
        var watch = proven()
        for _ in 0..<6 { watch.insert(heard: 1, error: 2, echo: 1) }
        #expect(isLost(watch))
    }

    @Test("A filter that has never known a path cannot lose it")
    func unproven() {
        var watch = PathWatch()
        for _ in 0..<50 { watch.insert(heard: 1, error: 2, echo: 1) }
        #expect(!isLost(watch))
    }

    @Test("A near end as loud as the echo, or four times as loud, is no loss", arguments: [1 as Float, 4, 16])
    func doubleTalk(near: Float) {
        var watch = proven()
        for _ in 0..<100 { watch.insert(heard: near + 1, error: near, echo: 1) }
        if case .sound = watch.verdict {} else { Issue.record("\(watch.verdict)") }
    }

    @Test("What is lost is found again when the error becomes small")
    func recovers() {
        var watch = proven()
        for _ in 0..<6 { watch.insert(heard: 1, error: 2, echo: 1) }
        for _ in 0..<20 { watch.insert(heard: 1, error: 0.05, echo: 1) }
        #expect(!isLost(watch))
    }
}
