import AudioCore

/// When a voice sounds, in samples at 48 kHz from the next frame on: after a wait, and until an end.
package struct VoiceSchedule: Sendable, Hashable {
    /// Until it begins.
    private var wait: Int
    /// Until it ends, the wait included; `nil`: it has no end of its own.
    private var rest: Int?

    package init(wait: Int = 0, end: Int? = nil) {
        self.wait = max(0, wait)
        rest = end.map { max(0, $0) }
    }

    /// The samples of the next frame in which it sounds; afterwards that frame is over.
    mutating func next() -> Range<Int> {
        let start = min(wait, AudioFrame.sampleCount)
        wait -= start
        guard let rest else { return start..<AudioFrame.sampleCount }
        let end = min(rest, AudioFrame.sampleCount)
        self.rest = rest - end
        return start..<max(start, end)
    }

    /// Another end, from the next frame on.
    mutating func end(after samples: Int?) { rest = samples.map { max(0, $0) } }
}
