import Primitives
import Testing

@testable import AudioPipeline

/// A buffer between a device and the tick, in numbers only.
private struct BufferModel {
    var controller = FillController()
    var fill = 0.0
    var gaps = 0
    var skipped = 0
    /// The device's clock error.
    let partsPerMillion: Double
    /// The device delivers so many ticks' worth at once.
    let lump: Int
    private var tick = 0
    private var withheld = 0.0

    init(partsPerMillion: Double, lump: Int = 1, fill: Double = 240) {
        self.partsPerMillion = partsPerMillion
        self.lump = lump
        self.fill = fill
    }

    mutating func run(ticks: Int, loudness: Float = 0.01, lateness: (Int) -> Int = { _ in 0 }) {
        for _ in 0..<ticks {
            withheld += 480 * (1 + partsPerMillion * 1e-6)
            if (tick - lateness(tick)) % lump == 0, lateness(tick) == 0 {
                fill += withheld * (1 - controller.correction * 1e-6)
                withheld = 0
            }
            tick += 1
            guard fill >= 480 else {
                gaps += 1
                controller.starve()
                continue
            }
            fill -= 480
            if case .skip(let count) = controller.observe(fill: Int(fill), loudness: loudness) {
                fill -= Double(count)
                skipped += count
            }
        }
    }
}

@Suite struct FillControllerTests {
    @Test(
        "a device whose clock is off is followed without a gap, and the estimate ends within 10 ppm", arguments: [-100.0, 100, -30, 250])
    func drift(partsPerMillion: Double) {
        var model = BufferModel(partsPerMillion: partsPerMillion)
        model.run(ticks: 100 * 600)
        #expect(model.gaps == 0)
        #expect(abs(model.controller.correction - partsPerMillion) < 10)
        #expect(abs(model.fill - Double(model.controller.margin)) < 60)
    }

    @Test("a device that delivers 40 ms at once keeps its valley, not its mean, at the margin")
    func lumps() {
        var model = BufferModel(partsPerMillion: 50, lump: 4, fill: 2400)
        model.run(ticks: 100 * 600)
        #expect(model.gaps <= 1)
        var lowest = Double.infinity
        for _ in 0..<400 {
            model.run(ticks: 1)
            lowest = min(lowest, model.fill)
        }
        #expect(abs(lowest - Double(model.controller.margin)) < 100)
    }

    @Test("the correction never exceeds 500 ppm, which nobody hears")
    func limit() {
        var model = BufferModel(partsPerMillion: 5000)
        for _ in 0..<6000 {
            model.run(ticks: 1)
            #expect(abs(model.controller.correction) <= 500)
        }
    }

    @Test("a backlog of 100 ms is dropped at once, one of 20 ms waits for a pause")
    func surplus() {
        var large = BufferModel(partsPerMillion: 0, fill: 240 + 4800)
        large.run(ticks: 210)
        #expect(large.skipped >= 4700)
        var small = BufferModel(partsPerMillion: 0)
        small.run(ticks: 60)
        small.fill += 960
        small.run(ticks: 400)
        #expect(small.skipped == 0)
        small.run(ticks: 1, loudness: 0)
        #expect((880...980).contains(small.skipped))
        #expect(small.gaps == 0)
    }

    @Test("what a start or a gap leaves too much of is dropped half a second later, whatever is heard")
    func surplusAtFirst() {
        var model = BufferModel(partsPerMillion: 0, fill: 240 + 720)
        model.run(ticks: 49)
        #expect(model.skipped == 0)
        model.run(ticks: 2)
        #expect((700...740).contains(model.skipped))
        model.run(ticks: 100) { (10..<13).contains($0 - 51) ? 1 : 0 }
        #expect(model.gaps > 0)
        #expect(abs(model.fill - Double(model.controller.margin)) < 130)
    }

    @Test("a gap raises the margin, and half a minute without one lowers it again")
    func gap() {
        var model = BufferModel(partsPerMillion: 0)
        model.run(ticks: 100) { (40..<43).contains($0) ? 1 : 0 }
        #expect(model.gaps > 0)
        let raised = model.controller.margin
        #expect(raised > FillController.leastMargin)
        model.run(ticks: 3100)
        #expect(model.controller.margin < raised)
        model.run(ticks: 3000 * 60)
        #expect(model.controller.margin == FillController.leastMargin)
    }
}
