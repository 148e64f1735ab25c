/// Random numbers that a machine takes from its owner: the system's in the product, from a seed in tests.
///
/// A value, so that a machine that holds one stays a value.
package struct RandomSource: RandomNumberGenerator, Sendable {
    fileprivate enum Origin: Sendable {
        /// The operating system's generator, fit for secrets.
        case system
        /// SplitMix64 (Steele, Lea, Flood, 2014): repeatable, never for secrets.
        case seeded(UInt64)
    }
    fileprivate var origin: Origin

    /// The operating system's generator, fit for secrets.
    package static let system = RandomSource(origin: .system)

    /// Repeats the same numbers for the same seed. For tests only.
    package init(seed: UInt64) { origin = .seeded(seed) }
    private init(origin: Origin) { self.origin = origin }

    package mutating func next() -> UInt64 {
        switch origin {
        case .system:
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        case .seeded(let state):
            let advanced = state &+ 0x9E37_79B9_7F4A_7C15
            origin = .seeded(advanced)
            var mixed = advanced
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// `count` random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// `count` characters of `ice-char` (RFC 8839 §5.4): letters, digits, `+` and `/`, six bits of randomness each.
    package mutating func iceCharacters(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<count).map { _ in alphabet[Int(next() & 63)] })
    }
}

extension RandomSource {
    /// A source for somebody else: the system's again, or one with a seed of its own drawn from this one.
    package mutating func fork() -> RandomSource {
        switch origin {
        case .system: .system
        case .seeded: RandomSource(seed: next())
        }
    }
}
