import AudioCore
import AudioProcessing
import Glibc

/// Runs an echo canceller, or the rest of the processing, over what a loudspeaker played and what a microphone heard, and says what it cost.
///
///     EchoBench PROCESSOR RENDER.wav CAPTURE.wav OUTPUT.wav
///
/// The files are 48 kHz, one channel, 32-bit float. Prints one line of JSON: the processor time of a 10 ms frame in microseconds (mean, 99th
/// percentile, worst).
@main
struct EchoBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let processor = makeProcessor(arguments[1]) else {
            fail("usage: EchoBench nearend|aec2|none|noise|webrtc-noise|gain|chain RENDER.wav CAPTURE.wav OUTPUT.wav")
        }
        guard let render = FloatWave.read(arguments[2]), let capture = FloatWave.read(arguments[3]) else {
            fail("RENDER and CAPTURE must be 48 kHz, one channel, 32-bit float")
        }
        let frames = min(render.count, capture.count) / AudioFrame.sampleCount
        var output = [Float](repeating: 0, count: frames * AudioFrame.sampleCount)
        var costs: [Double] = []
        costs.reserveCapacity(frames)
        let played = AudioFrame()
        let heard = AudioFrame()
        for frame in 0..<frames {
            let start = frame * AudioFrame.sampleCount
            for index in 0..<AudioFrame.sampleCount {
                played.samples[index] = render[start + index]
                heard.samples[index] = capture[start + index]
            }
            let before = threadTime()
            processor.analyzePlayback(played)
            processor.processCapture(heard)
            costs.append(threadTime() - before)
            for index in 0..<AudioFrame.sampleCount { output[start + index] = heard.samples[index] }
        }
        guard FloatWave.write(output, to: arguments[4]) else { fail("cannot write \(arguments[4])") }
        costs.sort()
        let mean = costs.reduce(0, +) / Double(max(1, frames))
        let percentile = costs.isEmpty ? 0 : costs[(costs.count - 1) * 99 / 100]
        print("{\"mean\": \(mean), \"p99\": \(percentile), \"worst\": \(costs.last ?? 0)}")
    }

    private static func makeProcessor(_ name: String) -> (any CaptureProcessor)? {
        let options = CaptureOptions(echoCancellation: true, noiseSuppression: false, autoGainControl: false)
        let noiseOnly = CaptureOptions(echoCancellation: false, noiseSuppression: true, autoGainControl: false)
        return switch name {
        case "none": WebRTCCaptureProcessor(options: .none)
        case "nearend": NearendCaptureProcessor(options: options)
        case "noise": NearendCaptureProcessor(options: noiseOnly)
        case "webrtc-noise": WebRTCCaptureProcessor(options: noiseOnly)
        case "gain": NearendCaptureProcessor(options: CaptureOptions(echoCancellation: false, noiseSuppression: false))
        case "chain": NearendCaptureProcessor()
        case "aec2": WebRTCCaptureProcessor(options: options)
        default: nil
        }
    }

    /// What this thread has used of a processor, microseconds.
    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private static func fail(_ reason: String) -> Never {
        let text = "EchoBench: \(reason)\n"
        _ = text.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(2)
    }
}
