import Primitives

/// One report about a key or a tone of a telephone: the payload of a packet (RFC 4733 §2.3).
package struct TelephoneEvent: Sendable, Hashable, BitwiseCopyable {
    /// Bytes of a payload.
    package static let byteCount = 4
    /// The volume that Nearend sends: −10 dBm0, as browsers do.
    package static let usualVolume: UInt8 = 10

    /// What happened: 0…9 the digits, 10 `*`, 11 `#`, 12…15 `A`…`D` (RFC 4733 §3.2); other numbers are other events.
    package var code: UInt8
    /// Whether the event ended with this report.
    package var isEnd: Bool
    /// dBm0 without the sign: 0 (loudest)…63 (RFC 4733 §2.3.4).
    package var volume: UInt8
    /// How long the event has lasted, in units of the RTP clock, counted from the packet's timestamp.
    package var duration: UInt16

    package init(code: UInt8, isEnd: Bool, volume: UInt8 = TelephoneEvent.usualVolume, duration: UInt16) {
        self.code = code
        self.isEnd = isEnd
        self.volume = min(volume, 63)
        self.duration = duration
    }

    /// From a payload; `nil` where it is shorter than four bytes. More bytes than that are ignored, as is the reserved bit (RFC 4733
    /// §2.3.3).
    package init?(parsing payload: [UInt8]) {
        var reader = ByteReader(payload)
        guard let code = reader.readUInt8(), let flags = reader.readUInt8(), let duration = reader.readUInt16() else { return nil }
        self.code = code
        isEnd = flags & 0x80 != 0
        volume = flags & 0x3F
        self.duration = duration
    }

    /// The payload.
    package var bytes: [UInt8] { [code, flags, UInt8(duration >> 8), UInt8(truncatingIfNeeded: duration)] }

    /// Writes the payload where there are at least four bytes of room, without allocating; answers how many it wrote.
    package func write(into room: UnsafeMutableRawBufferPointer) -> Int {
        precondition(room.count >= Self.byteCount, "the payload of a telephone event takes four bytes")
        room[0] = code
        room[1] = flags
        room[2] = UInt8(duration >> 8)
        room[3] = UInt8(truncatingIfNeeded: duration)
        return Self.byteCount
    }

    private var flags: UInt8 { (isEnd ? 0x80 : 0) | volume }
}
