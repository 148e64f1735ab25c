import AudioCore
import AudioProcessing
import Primitives
import Synchronization

@testable import AudioPipeline

/// A microphone that gives what a test says, frame by frame. Used on the test's thread only, which stands for the audio thread.
final class ScriptedSource: CaptureSource, @unchecked Sendable {
    var next: (Int) -> Float?
    private(set) var reads = 0

    /// - Parameter next: the value of every sample of the n-th frame; `nil`: no data.
    init(_ next: @escaping (Int) -> Float?) { self.next = next }

    var delay: Duration { .zero }

    func read(into frame: borrowing AudioFrame) -> Bool {
        defer { reads += 1 }
        guard let value = next(reads) else { return false }
        frame.samples.update(repeating: value)
        return true
    }
}

/// A loudspeaker that remembers. Used on the test's thread only, which stands for the audio thread.
final class RecordingSink: PlaybackSink, @unchecked Sendable {
    private(set) var samples: [Float] = []
    var delay: Duration { .zero }

    func write(_ frame: borrowing AudioFrame) { samples += Array(frame.samples) }

    /// The last frame written.
    var frame: ArraySlice<Float> { samples.suffix(AudioFrame.sampleCount) }
}

/// Counts wake-ups.
final class CountingWaker: GraphWaker {
    let loop = Atomic<Int>(0)
    let collector = Atomic<Int>(0)
    func wakeLoop() { loop.wrappingAdd(1, ordering: .relaxed) }
    func wakeCollector() { collector.wrappingAdd(1, ordering: .relaxed) }
}

/// A graph in virtual time.
final class GraphRig {
    let control: GraphControl
    let waker = CountingWaker()
    let graph: AudioGraph
    var now = Instant.zero

    init() {
        control = GraphControl()
        graph = AudioGraph(control: control, waker: waker)
    }

    func tick(_ count: Int = 1) {
        for _ in 0..<count {
            graph.tick(at: now)
            now += .milliseconds(10)
        }
    }

    /// A microphone, its chain without processing, and a track, all in the graph.
    func addTrack(_ next: @escaping (Int) -> Float?) -> LocalTrack {
        let input = CaptureInput(source: ScriptedSource(next))
        let chain = CaptureChain(input: input, processor: nil)
        let track = LocalTrack(chain: chain)
        control.perform(.addInput(input))
        control.perform(.addChain(chain))
        control.perform(.addTrack(track))
        return track
    }

    func addOutput() -> (output: PlaybackOutput, sink: RecordingSink) {
        let sink = RecordingSink()
        let output = PlaybackOutput(sink: sink)
        control.perform(.addOutput(output))
        return (output, sink)
    }
}
