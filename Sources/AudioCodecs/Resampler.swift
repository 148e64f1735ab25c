import CSpeexDSP

/// Turns samples of one rate into samples of another (libspeexdsp), with a ratio that may be nudged to follow a clock that drifts.
///
/// After `init` nothing is allocated. `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class Resampler: @unchecked Sendable {
    /// The denominator of ratios that change: the library multiplies two of them in 32 bits and reads beyond its memory where that overflows, so
    /// it is below 2¹⁶; and it reduces fractions and then rounds its position to the new denominator, which is heard, so it is a prime.
    private static let denominator = 65_521
    /// Beyond this no clock drifts.
    private static let largestDrift = 2_000.0

    package let inputRate: Int
    package let outputRate: Int
    private let state: OpaquePointer

    /// - Parameters:
    ///   - quality: 0…10; 5 has a delay of 40 samples of the lower rate.
    ///   - skipsDelay: the first samples are those of the input, so that as many fewer come out at first; otherwise silence as long as the
    ///     filter comes first, and each call gives its full share from the beginning.
    package init(inputRate: Int, outputRate: Int, quality: Int = 5, skipsDelay: Bool = true) {
        precondition(inputRate > 0 && outputRate > 0 && (0...10).contains(quality), "rates are positive and quality is 0 to 10")
        self.inputRate = inputRate
        self.outputRate = outputRate
        var failure: Int32 = 0
        guard let state = speex_resampler_init(1, UInt32(inputRate), UInt32(outputRate), Int32(quality), &failure) else {
            preconditionFailure("a resampler is a few kilobytes; the machine has none left")
        }
        self.state = state
        if skipsDelay { _ = speex_resampler_skip_zeros(state) }
    }

    deinit { speex_resampler_destroy(state) }

    /// Takes the input's clock to run faster than it says by so many parts in a million (negative: slower), so that fewer samples come out.
    ///
    /// Kept to some 10 parts in a million for rates that are alike, 90 from 8 to 48 kHz: whoever follows a clock watches the fill and changes it
    /// again.
    package func setDrift(partsPerMillion: Double) {
        let drift = min(max(partsPerMillion, -Self.largestDrift), Self.largestDrift)
        let exact = Double(Self.denominator) * Double(inputRate) / Double(outputRate) * (1 + drift / 1e6)
        var numerator = UInt32(max(1, exact.rounded()))
        // A whole ratio would be reduced.
        if numerator % UInt32(Self.denominator) == 0 { numerator += 1 }
        _ = speex_resampler_set_rate_frac(state, numerator, UInt32(Self.denominator), UInt32(inputRate), UInt32(outputRate))
    }

    /// Allocates what following a clock takes, so that `setDrift` does not.
    package func prepareToDrift() {
        setDrift(partsPerMillion: 100)
        setDrift(partsPerMillion: -100)
        setDrift(partsPerMillion: 0)
    }

    /// Reads as much as makes sense of the input and writes as much as fits the output.
    package func process(
        _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) -> (consumed: Int, produced: Int) {
        guard let source = input.baseAddress, let target = output.baseAddress else { return (0, 0) }
        var consumed = UInt32(input.count)
        var produced = UInt32(output.count)
        _ = speex_resampler_process_float(state, 0, source, &consumed, target, &produced)
        return (Int(consumed), Int(produced))
    }

    /// Forgets the samples it holds.
    package func reset() { _ = speex_resampler_reset_mem(state) }

    /// A whole recording at another rate. Allocates.
    package static func resample(_ samples: [Float], from inputRate: Int, to outputRate: Int) -> [Float] {
        guard inputRate != outputRate, !samples.isEmpty else { return samples }
        let resampler = Resampler(inputRate: inputRate, outputRate: outputRate, quality: 8)
        let wanted = Int((Double(samples.count) * Double(outputRate) / Double(inputRate)).rounded())
        // The filter gives its last samples only when more come after them.
        let padded = samples + [Float](repeating: 0, count: inputRate / 10)
        return [Float](unsafeUninitializedCapacity: wanted) { target, count in
            padded.withUnsafeBufferPointer { source in
                var read = 0
                while count < wanted {
                    let (consumed, produced) = resampler.process(
                        UnsafeBufferPointer(rebasing: source[read...]), into: UnsafeMutableBufferPointer(rebasing: target[count..<wanted]))
                    guard consumed > 0 || produced > 0 else { break }
                    read += consumed
                    count += produced
                }
                while count < wanted {
                    target[count] = 0
                    count += 1
                }
            }
        }
    }
}
