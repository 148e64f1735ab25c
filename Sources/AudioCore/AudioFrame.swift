/// Ten milliseconds of one channel at 48 kHz: what one tick of the audio thread moves from stage to stage.
///
/// Samples are `Float` in −1…1 (full scale); sums may exceed that until a sink clips them. The memory is allocated once and
/// belongs to the frame, so that a tick allocates nothing. A frame has one owner at a time; stages borrow it.
package struct AudioFrame: ~Copyable, @unchecked Sendable {
    /// Samples a second inside the engine, for every stream.
    package static let sampleRate = 48_000
    /// Samples in a frame.
    package static let sampleCount = 480
    /// How long a frame lasts, which is also the period of the tick.
    package static let duration = Duration.milliseconds(10)

    /// The samples. Writable through a borrow: a stage that is handed a frame to fill fills these.
    package let samples: UnsafeMutableBufferPointer<Float>

    /// A silent frame.
    package init() {
        samples = .allocate(capacity: Self.sampleCount)
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }

    /// Makes the frame silent.
    package borrowing func clear() { samples.update(repeating: 0) }

    /// Takes over another frame's samples.
    package borrowing func copy(from other: borrowing AudioFrame) {
        guard let target = samples.baseAddress, let source = other.samples.baseAddress else { return }
        target.update(from: source, count: Self.sampleCount)
    }

    /// Adds another frame's samples, each times `gain`.
    package borrowing func add(_ other: borrowing AudioFrame, gain: Float = 1) {
        for index in 0..<Self.sampleCount { samples[index] += other.samples[index] * gain }
    }

    /// Multiplies by a gain that goes in a straight line from `start` to `end` over the frame, so that a change is not heard as a click.
    package borrowing func scale(from start: Float, to end: Float) {
        guard start != 1 || end != 1 else { return }
        let step = (end - start) / Float(Self.sampleCount)
        var gain = start
        for index in 0..<Self.sampleCount {
            gain += step
            samples[index] *= gain
        }
    }

    /// The mean square of the samples: 0 is silence, 0.5 a full-scale sine.
    package borrowing func meanSquare() -> Float {
        var sum: Float = 0
        for index in 0..<Self.sampleCount { sum += samples[index] * samples[index] }
        return sum / Float(Self.sampleCount)
    }
}
