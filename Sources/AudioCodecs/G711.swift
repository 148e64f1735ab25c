/// The two laws of G.711: sixteen-bit samples in eight bits.
package enum G711: Sendable {
    case muLaw
    case aLaw

    /// A byte's sample, −32124…32124.
    package func decode(_ byte: UInt8) -> Int16 {
        switch self {
        case .muLaw:
            let inverted = ~byte
            let magnitude = ((Int(inverted & 0x0F) << 3 + 0x84) << Int(inverted >> 4 & 7)) - 0x84
            return Int16(inverted & 0x80 != 0 ? -magnitude : magnitude)
        case .aLaw:
            let toggled = byte ^ 0x55
            let exponent = Int(toggled >> 4 & 7)
            let mantissa = Int(toggled & 0x0F) << 4 + 8
            let magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
            return Int16(toggled & 0x80 != 0 ? magnitude : -magnitude)
        }
    }

    /// The byte nearest to a sample.
    package func encode(_ sample: Int16) -> UInt8 {
        switch self {
        case .muLaw:
            let isNegative = sample < 0
            let magnitude = min(32_635, isNegative ? -Int(sample) : Int(sample)) + 0x84
            let exponent = 7 - (UInt16(magnitude).leadingZeroBitCount - 1)
            let mantissa = magnitude >> (exponent + 3) & 0x0F
            return ~(UInt8(isNegative ? 0x80 : 0) | UInt8(exponent << 4) | UInt8(mantissa))
        case .aLaw:
            let isNegative = sample < 0
            let magnitude = (isNegative ? -Int(sample) - 1 : Int(sample)) >> 4
            let exponent = magnitude < 32 ? magnitude >> 4 : 12 - UInt16(magnitude).leadingZeroBitCount
            let mantissa = exponent <= 1 ? magnitude & 0x0F : magnitude >> (exponent - 1) & 0x0F
            return (UInt8(isNegative ? 0 : 0x80) | UInt8(exponent << 4) | UInt8(mantissa)) ^ 0x55
        }
    }
}
