import Primitives

@testable import SessionLayer

extension EngineEnd {
    /// All that it wants done before time passes.
    mutating func drain(at now: Instant) -> [Output] {
        var all: [Output] = []
        while true {
            let output = pollOutput(at: now)
            if case .wait = output { return all }
            all.append(output)
        }
    }
}
