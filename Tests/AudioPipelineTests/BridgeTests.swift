import AudioCore
import Testing

@testable import AudioPipeline

/// A microphone or loudspeaker with a clock of its own, in virtual time.
@Suite struct BridgeTests {
    /// A 440 Hz tone at half scale, of so many samples from `start`; repeats each second, so that one second is all that is computed.
    private struct Tone {
        private let second: [Float]
        init(rate: Int) {
            // A rotation, step by step.
            let angle = 2 * Double.pi * 440 / Double(rate)
            let (sine, cosine) = (
                angle * (1 - angle * angle / 6 * (1 - angle * angle / 20)), 1 - angle * angle / 2 * (1 - angle * angle / 12)
            )
            var (x, y) = (0.5, 0.0)
            var second: [Float] = []
            for _ in 0..<rate {
                second.append(Float(y))
                (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
            }
            self.second = second
        }
        func samples(_ count: Int, from start: Int) -> [Float] { (start..<start + count).map { second[$0 % second.count] } }
    }

    /// The largest difference between neighbouring samples of a 440 Hz tone at half scale.
    private let steepest: Float = 0.5 * 2 * .pi * 440 / 48_000 * 1.05

    @Test(
        "a microphone whose clock is off gives an unbroken tone, after its first seconds",
        arguments: [(48_000, 120.0), (48_000, -120.0), (44_100, 60.0), (16_000, -60.0)])
    func capture(rate: Int, partsPerMillion: Double) {
        let bridge = CaptureBridge(deviceRate: rate)
        let tone = Tone(rate: rate)
        let frame = AudioFrame()
        var given = 0.0
        var taken = 0
        var last: Float = 0
        var worst: Float = 0
        for tick in 0..<1000 {
            given += Double(rate) / 100 * (1 + partsPerMillion * 1e-6)
            let block = tone.samples(Int(given) - taken, from: taken)
            taken += block.count
            block.withUnsafeBufferPointer { bridge.push($0) }
            guard bridge.pull(into: frame) else { continue }
            for sample in frame.samples {
                if tick > 200 { worst = max(worst, abs(sample - last)) }
                last = sample
            }
        }
        #expect(worst > steepest / 2 && worst < steepest)
        #expect(bridge.statistics.gaps == 0)
        #expect(bridge.fill < 1500)
    }

    @Test(
        "a loudspeaker whose clock is off is fed an unbroken tone, after its first seconds",
        arguments: [(48_000, 120.0), (48_000, -120.0), (44_100, 60.0), (16_000, -60.0)])
    func playback(rate: Int, partsPerMillion: Double) {
        let bridge = PlaybackBridge(deviceRate: rate)
        let tone = Tone(rate: 48_000)
        let frame = AudioFrame()
        let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: rate)
        defer { room.deallocate() }
        var queued = PlaybackBridge.lead(deviceRate: rate)
        var due = 0.0
        var played = 0
        var last: Float = 0
        var worst: Float = 0
        var hasRunDry = false
        let steepest = steepest * 48_000 / Float(rate)
        for tick in 0..<1000 {
            for (index, sample) in tone.samples(480, from: tick * 480).enumerated() { frame.samples[index] = sample }
            bridge.push(frame, queued: queued)
            let count = bridge.take(into: room)
            for index in 0..<count {
                if tick > 200 { worst = max(worst, abs(room[index] - last)) }
                last = room[index]
            }
            queued += count
            // The device is started with a lead, and faster or slower than it says.
            due += Double(rate) / 100 * (1 - partsPerMillion * 1e-6)
            let wanted = Int(due) - played
            played += wanted
            if queued < wanted { hasRunDry = true }
            queued = max(0, queued - wanted)
        }
        #expect(worst > steepest / 2 && worst < steepest)
        #expect(!hasRunDry)
        #expect(bridge.statistics.gaps == 0)
        #expect(queued * 48_000 / rate < 1500)
    }

    @Test("what is too much at the beginning is left out of a tone without a click, and only the margin is left of it")
    func surplus() {
        let capture = CaptureBridge(deviceRate: 48_000)
        let playback = PlaybackBridge(deviceRate: 48_000)
        let tone = Tone(rate: 48_000)
        let frame = AudioFrame()
        let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: 48_000)
        defer { room.deallocate() }
        var (given, queued) = (0, 1_440)
        var last: (recorded: Float, played: Float) = (0, 0)
        var worst: Float = 0
        for tick in 0..<100 {
            // The first block of the microphone comes with a backlog of 15 ms.
            let block = tone.samples(tick == 0 ? 1_440 : 480, from: given)
            given += block.count
            block.withUnsafeBufferPointer { capture.push($0) }
            guard capture.pull(into: frame) else { continue }
            for sample in frame.samples {
                if tick > 2 { worst = max(worst, abs(sample - last.recorded)) }
                last.recorded = sample
            }
            for (index, sample) in tone.samples(480, from: tick * 480).enumerated() { frame.samples[index] = sample }
            playback.push(frame, queued: queued)
            let count = playback.take(into: room)
            for index in 0..<count {
                if tick > 2 { worst = max(worst, abs(room[index] - last.played)) }
                last.played = room[index]
            }
            queued = max(0, queued + count - 480)
        }
        // Where a tone fades into itself at another phase, it is as loud as before at most.
        #expect(worst < 2 * steepest)
        #expect(abs(capture.fill - FillController.leastMargin) < 130)
        #expect(abs(queued - FillController.leastMargin) < 130)
        #expect(capture.statistics.skipped > 600 && playback.statistics.skipped > 600)
    }

    @Test("a microphone that pauses gives silence, and goes on without having become late")
    func pause() {
        let bridge = CaptureBridge(deviceRate: 48_000)
        let frame = AudioFrame()
        var silent = 0
        for tick in 0..<1000 {
            // Two seconds in which nothing comes, at second three.
            if !(300..<500).contains(tick) {
                [Float](repeating: 0.1, count: 480).withUnsafeBufferPointer { bridge.push($0) }
            }
            if !bridge.pull(into: frame) { silent += 1 }
        }
        #expect((200...206).contains(silent))
        #expect(bridge.fill < 4000)
    }

    @Test("a microphone that stands still for 50 ms now and then is waited for a little longer, not by as much")
    func standstills() {
        let bridge = CaptureBridge(deviceRate: 48_000)
        let frame = AudioFrame()
        var withheld = 0
        for tick in 0..<1000 {
            withheld += 480
            if !(300..<305).contains(tick), !(600..<605).contains(tick) {
                [Float](repeating: 0.1, count: withheld).withUnsafeBufferPointer { bridge.push($0) }
                withheld = 0
            }
            _ = bridge.pull(into: frame)
        }
        #expect(bridge.statistics.margin == FillController.leastMargin + 2 * FillController.marginStep)
        #expect(bridge.fill <= bridge.statistics.margin + FillController.surplusAtFirst)
    }

    @Test("a loudspeaker that stands still is not owed more than a tenth of a second when it goes on")
    func standstill() {
        let bridge = PlaybackBridge(deviceRate: 48_000)
        let frame = AudioFrame()
        for _ in 0..<500 { bridge.push(frame, queued: 3840) }
        #expect(3840 + bridge.waiting <= 4800 + 480)
        #expect(bridge.statistics.skipped > 480 * 450)
    }
}
