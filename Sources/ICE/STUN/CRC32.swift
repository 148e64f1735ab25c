/// The checksum of the FINGERPRINT attribute: CRC-32 as ITU-T V.42 §8.1.1.6.2 defines it (RFC 8489 §14.7).
enum CRC32 {
    /// The reversed polynomial applied to each value of one byte.
    private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
        (0..<8).reduce(index) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in
            table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8
        }
    }
}
