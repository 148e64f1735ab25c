import Glibc

/// Makes the background that a silent sender describes (RFC 3389): white noise through the all-pole lattice of its reflection coefficients, at
/// 8 kHz as G.711 is, brought up to 48 kHz.
///
/// 1. Level and coefficients go half of the way to what is described every 10 ms, so that no step is heard. What lies between two stable
///    lattices is one.
/// 2. The lattice makes noise louder by 1 / Π(1 − k²); the excitation is quieter by as much, so that the level is what was said.
///
/// `@unchecked Sendable`: used by one thread at a time, whoever owns the object. After `init` nothing is allocated.
package final class SilenceDecoder: @unchecked Sendable {
    /// 10 ms at 8 kHz.
    private static let blockCount = 80
    private static let order = SilenceDescriptor.mostOrder

    private let interpolator = TelephoneInterpolator(mostCount: blockCount)
    private let narrow = UnsafeMutableBufferPointer<Float>.allocate(capacity: blockCount)
    private let wide = UnsafeMutableBufferPointer<Float>.allocate(capacity: blockCount * TelephoneInterpolator.ratio)
    /// Samples of `wide` that have been given.
    private var given: Int
    private var wanted = SilenceDescriptor(level: 127)
    /// What is made at the moment: root mean square and coefficients.
    private var amplitude: Float = 0
    private var coefficients = SIMD16<Float>()
    /// The lattice's backward errors, a sample old.
    private var backward = SIMD16<Float>()
    private var state: UInt32 = 0x1F12_3BB5
    private var isFresh = true

    package init() {
        narrow.initialize(repeating: 0)
        wide.initialize(repeating: 0)
        given = wide.count
    }

    deinit {
        narrow.deallocate()
        wide.deallocate()
    }

    /// A sender falls silent: what is described next holds at once.
    package func begin() { isFresh = true }

    /// What is to be made from now on.
    package func describe(_ descriptor: SilenceDescriptor) {
        wanted = descriptor
        guard isFresh else { return }
        isFresh = false
        interpolator.reset()
        backward = .zero
        given = wide.count
        approach(by: 1)
        // What the interpolator holds back is silence, which comes first.
        makeBlock()
        given = TelephoneInterpolator.reach * TelephoneInterpolator.ratio
    }

    /// The next samples at 48 kHz.
    package func generate(into target: UnsafeMutableBufferPointer<Float>) {
        for index in 0..<target.count {
            if given == wide.count {
                approach(by: 0.5)
                makeBlock()
            }
            target[index] = wide[given]
            given += 1
        }
    }

    private func approach(by share: Float) {
        amplitude += share * (Self.amplitude(ofLevel: wanted.level) - amplitude)
        for index in 0..<Self.order { coefficients[index] += share * (wanted[index] - coefficients[index]) }
    }

    private func makeBlock() {
        var power: Float = 1
        for index in 0..<Self.order { power *= 1 - coefficients[index] * coefficients[index] }
        // A uniform variable between −1 and 1 has a third as its variance.
        let excitation = amplitude * (3 * max(0, power)).squareRoot()
        for sample in 0..<narrow.count {
            var forward = white() * excitation
            var index = Self.order - 1
            while index >= 0 {
                forward -= coefficients[index] * backward[index]
                backward[index + 1] = backward[index] + coefficients[index] * forward
                index -= 1
            }
            backward[0] = forward
            narrow[sample] = max(-1, min(1, forward))
        }
        _ = interpolator.process(UnsafeBufferPointer(narrow), into: wide)
        given = 0
    }

    /// Xorshift (Marsaglia, 2003).
    private func white() -> Float {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return Float(Int32(bitPattern: state)) / 2_147_483_648
    }

    /// RFC 3389 §3.1: 0 dBov is a square wave as loud as can be.
    private static func amplitude(ofLevel level: UInt8) -> Float { pow(10, -Float(level) / 20) }
}
