/// What a sender that falls silent says of its background: how loud it is and, if it likes, its spectrum as an all-pole model (RFC 3389 §3).
package struct SilenceDescriptor: BitwiseCopyable, Sendable, Hashable {
    /// Coefficients that are used; higher ones are taken to be zero, as RFC 3389 §3 allows.
    package static let mostOrder = 12
    /// Bytes of the longest payload that is written.
    package static let mostBytes = 1 + mostOrder

    /// −dBov, 0 (loudest)…127 (RFC 3389 §3.1).
    package var level: UInt8
    /// How many reflection coefficients there are.
    package private(set) var order = 0
    private var coefficients = SIMD16<Float>()

    package init(level: UInt8) { self.level = min(level, 127) }

    /// The reflection coefficients, each between −1 and 1; zero from `order` on.
    package subscript(index: Int) -> Float { index < order ? coefficients[index] : 0 }

    /// Adds a coefficient of the next order; beyond `mostOrder` it is dropped.
    package mutating func append(_ coefficient: Float) {
        guard order < Self.mostOrder else { return }
        coefficients[order] = Self.value(of: Self.byte(of: coefficient))
        order += 1
    }

    /// `nil` for an empty payload. Whatever else the bytes are, the model is stable.
    package init?(parsing payload: UnsafeRawBufferPointer) {
        guard let first = payload.first else { return nil }
        // RFC 3389 §3.1: the highest bit is unused and zero.
        level = first & 0x7F
        for byte in payload.dropFirst().prefix(Self.mostOrder) {
            coefficients[order] = Self.value(of: byte)
            order += 1
        }
    }

    /// Writes the payload; returns its length, 0 where the target is too small.
    package func write(into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard target.count > order else { return 0 }
        target[0] = level
        for index in 0..<order { target[1 + index] = Self.byte(of: coefficients[index]) }
        return 1 + order
    }

    /// RFC 3389 §3.2: k = 258 (N − 127) / 32768 for N from 0 to 254. 255 means nothing, and would not be stable.
    private static func value(of byte: UInt8) -> Float { 258 * (Float(min(byte, 254)) - 127) / 32_768 }

    private static func byte(of coefficient: Float) -> UInt8 {
        guard coefficient.isFinite else { return 127 }
        return UInt8(max(0, min(254, (coefficient * 32_768 / 258 + 127).rounded())))
    }
}
