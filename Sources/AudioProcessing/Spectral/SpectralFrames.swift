import AudioCore
import Glibc

/// Takes a stream of samples apart into spectra and puts it together again: windows of 20 ms that overlap by half, the sine's half at either end,
/// so that a spectrum which is left alone comes out as the samples that went in, 10 ms later.
final class SpectralFrames {
    /// How far apart the windows are, samples.
    static let hop = AudioFrame.sampleCount
    /// A window and what it is padded to.
    static let blockSize = 1024
    static let binCount = blockSize / 2 + 1
    private static let windowLength = 2 * hop

    /// The newest window's.
    let spectrum = Spectrum(size: blockSize)
    /// What `synthesise` has made: 480 samples, 10 ms later than they came in.
    let output = LaneBuffer(hop)

    private let transform: FourierTransform
    private let window = LaneBuffer(blockSize)
    private let history = LaneBuffer(blockSize)
    private let block = LaneBuffer(blockSize)
    private let tail = LaneBuffer(hop)

    init(transform: FourierTransform) {
        precondition(transform.size == Self.blockSize, "the transform is of another size")
        self.transform = transform
        for index in 0..<Self.windowLength {
            window.floats[index] = Float(sin(Double.pi * (Double(index) + 0.5) / Double(Self.windowLength)))
        }
    }

    /// Takes the next 480 samples, and the spectrum of the window that ends with them.
    func analyse(_ next: UnsafePointer<Float>) {
        history.floats.update(from: history.floats + Self.hop, count: Self.windowLength - Self.hop)
        (history.floats + (Self.windowLength - Self.hop)).update(from: next, count: Self.hop)
        for lane in 0..<block.laneCount { block.lanes[lane] = history.lanes[lane] * window.lanes[lane] }
        transform.forward(block.floats, into: spectrum)
    }

    /// Makes 480 samples of what the spectrum is now.
    func synthesise() {
        transform.inverse(spectrum, into: block.floats)
        for index in 0..<Self.hop {
            output.floats[index] = tail.floats[index] + block.floats[index] * window.floats[index]
            tail.floats[index] = block.floats[index + Self.hop] * window.floats[index + Self.hop]
        }
    }
}
