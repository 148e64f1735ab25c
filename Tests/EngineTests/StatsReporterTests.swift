import JSONCoding
import Testing

@testable import Engine

@Suite struct StatsReporterTests {
    @Test("the first report is whole, the next has only what changed, a member that is gone is null, an object that is gone is named")
    func differences() {
        var reporter = StatsReporter()
        let first = reporter.difference(to: ["a": ["x": 1, "y": 2], "b": ["z": 3]], timestamp: 1, full: false)
        #expect(first.changed == ["a": ["x": 1, "y": 2], "b": ["z": 3]])
        #expect(first.removed.isEmpty)
        let second = reporter.difference(to: ["a": ["x": 5], "c": ["w": nil]], timestamp: 2, full: false)
        #expect(second.changed == ["a": ["x": 5, "y": nil], "c": ["w": nil]])
        #expect(second.removed == ["b"])
        let same = reporter.difference(to: ["a": ["x": 5], "c": ["w": nil]], timestamp: 3, full: false)
        #expect(same.changed.isEmpty && same.removed.isEmpty && same.timestamp == 3)
        #expect(reporter.difference(to: ["a": ["x": 5]], timestamp: 4, full: true).changed == ["a": ["x": 5]])
    }
}
