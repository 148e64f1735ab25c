/// A ChannelData message: four bytes before the peer's data instead of the thirty-six of an indication (RFC 8656 §12.4).
package enum ChannelData {
    static let headerLength = 4
    /// RFC 8656 §12: numbers that a client may bind.
    static let numbers: ClosedRange<UInt16> = 0x4000...0x4FFF

    /// `nil` for more than a length can tell.
    ///
    /// - Parameter isPadded: to a multiple of four, as a stream needs it (RFC 8656 §12.5).
    package static func encode(_ data: [UInt8], channel: UInt16, isPadded: Bool) -> [UInt8]? {
        guard let length = UInt16(exactly: data.count) else { return nil }
        let padding = isPadded ? (4 - data.count % 4) % 4 : 0
        return [UInt8](unsafeUninitializedCapacity: headerLength + data.count + padding) { bytes, count in
            bytes[0] = UInt8(channel >> 8)
            bytes[1] = UInt8(truncatingIfNeeded: channel)
            bytes[2] = UInt8(length >> 8)
            bytes[3] = UInt8(truncatingIfNeeded: length)
            for index in data.indices { bytes[headerLength + index] = data[index] }
            for index in 0..<padding { bytes[headerLength + data.count + index] = 0 }
            count = headerLength + data.count + padding
        }
    }

    /// The number and the data; `nil` where it is no such message. Bytes behind the data are padding.
    package static func parse(_ bytes: [UInt8]) -> (channel: UInt16, data: [UInt8])? {
        guard bytes.count >= headerLength else { return nil }
        let channel = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let length = Int(bytes[2]) << 8 | Int(bytes[3])
        guard numbers.contains(channel), headerLength + length <= bytes.count else { return nil }
        return (channel, Array(bytes[headerLength..<(headerLength + length)]))
    }
}
